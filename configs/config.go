package configs

import (
	"log/slog"
	"time"

	"xinfangd/gateway/calendar"
)

// Config is the whole configuration. Its fields bear the names of the file's
// keys, but for Staff (roster) and Conduct (policy), whose names are those of
// the domain types that Roster and Policy convert them to. Read it with Load.
type Config struct {
	Place     `yaml:"-"`
	Office    Office    `yaml:"office"`
	Store     Store     `yaml:"store"`
	Mailboxes []Mailbox `yaml:"mailboxes"`
	SMTP      SMTP      `yaml:"smtp"`
	Staff     Staff     `yaml:"roster"`
	Duty      Duty      `yaml:"duty"`
	Calendar  Calendar  `yaml:"calendar"`
	Deadlines Deadlines `yaml:"deadlines"`
	Chase     []Chase   `yaml:"chase"`
	Conduct   Conduct   `yaml:"policy"`
	// Drill marks a rehearsal: every mail says so, and the clock may be offset.
	Drill    bool     `yaml:"drill"`
	Security Security `yaml:"security"`
	Limits   Limits   `yaml:"limits"`
	// Rules is the directory or file of the rules; "" is the built-in set.
	Rules Path `yaml:"rules"`
	// Templates is a directory whose files override built-in ones; "" is none.
	Templates Path    `yaml:"templates"`
	Archive   Archive `yaml:"archive"`
	HTTP      HTTP    `yaml:"http"`
	Log       Log     `yaml:"log"`
	// Font is a TrueType file for the labels of plots; "" looks for one on the
	// system, and where there is none tables stand in for plots.
	Font Path `yaml:"font"`
	// Clamd is where the virus scanner listens, a socket's path or host:port;
	// "" scans nothing.
	Clamd    string   `yaml:"clamd"`
	SelfTest SelfTest `yaml:"self_test"`
}

// Office is who the gateway speaks for.
type Office struct {
	Place    `yaml:"-"`
	Name     string `yaml:"name"`
	Timezone string `yaml:"timezone"`
	// NumberPrefix begins registration numbers.
	NumberPrefix string `yaml:"number_prefix"`
	// WorkBox is the id of the mailbox that internal mail goes to.
	WorkBox string `yaml:"work_box"`
	// PlusAddressing puts reply codes into the tag of our Reply-To addresses.
	PlusAddressing bool `yaml:"plus_addressing"`
	// Signature ends our mails to citizens; "" is the name.
	Signature string `yaml:"signature"`
}

// Store is the database.
type Store struct {
	Place  `yaml:"-"`
	Driver string `yaml:"driver" oneof:"sqlite postgres"`
	// DSN is a file for sqlite, a URL or connection string for postgres.
	DSN DSN `yaml:"dsn"`
	// PasswordFile holds the password of a postgres DSN that has none.
	PasswordFile Path `yaml:"password_file"`
}

// DSN names a database. It may hold a password that came from the environment,
// and so prints without it.
type DSN string

// Mailbox is one IMAP box with what is particular about its letters.
type Mailbox struct {
	Place   `yaml:"-"`
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	Role    string `yaml:"role" oneof:"public work"`
	// Confidential makes every case of this box confidential.
	Confidential bool `yaml:"confidential"`
	// Division is the fixed target of the box's letters; "" leaves it to the rules.
	Division string `yaml:"division"`
	// Form tells which labelled lines of a web form's mail hold what; nil for
	// a box of ordinary mail.
	Form  *Form `yaml:"form"`
	IMAP  IMAP  `yaml:"imap"`
	SMTP  *SMTP `yaml:"smtp"` // nil: the common one
	After After `yaml:"after"`
	// Since leaves older mail alone.
	Since Date `yaml:"since"`
}

// Form lists the labels of a web form's lines: a field may have several.
type Form struct {
	Place   `yaml:"-"`
	Name    []string `yaml:"name"`
	Phone   []string `yaml:"phone"`
	Email   []string `yaml:"email"`
	Subject []string `yaml:"subject"`
	Body    []string `yaml:"body"`
}

// Login is how we prove who we are to a mail server.
type Login struct {
	Username     string `yaml:"username"`
	Password     Secret `yaml:"password"` // ${NAME} only
	PasswordFile Path   `yaml:"password_file"`
}

// Transport is how a mail server is reached.
type Transport struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"` // 0 in a file: what TLS makes usual
	TLS  string `yaml:"tls" oneof:"implicit starttls none"`
	// CAFile trusts the authorities of a PEM file.
	CAFile Path `yaml:"ca_file"`
	// Plaintext allows tls none beyond loopback.
	Plaintext bool `yaml:"plaintext"`
}

// IMAP is the account that a box is pulled from.
type IMAP struct {
	Place     `yaml:"-"`
	Transport `yaml:",inline"`
	Login     `yaml:",inline"`
	Auth      string `yaml:"auth" oneof:"login plain xoauth2"`
	// TokenFile holds the XOAUTH2 token; something else renews it.
	TokenFile Path          `yaml:"token_file"`
	Folder    string        `yaml:"folder"`
	Poll      time.Duration `yaml:"poll"`
	// Sent is the folder for copies of what was sent; "" keeps none.
	Sent string `yaml:"sent"`
	// LegacyTLS allows TLS 1.0 and RSA key exchange, for old servers.
	LegacyTLS bool `yaml:"legacy_tls"`
}

// SMTP is the account that mail is sent from.
type SMTP struct {
	Place       `yaml:"-"`
	Transport   `yaml:",inline"`
	Login       `yaml:",inline"`
	Connections int             `yaml:"connections"`
	Retry       []time.Duration `yaml:"retry"` // the last repeats
	// Probe is how often a server is greeted that had no mail to take.
	Probe time.Duration `yaml:"probe"`
	// Rate is how many mails an hour the provider takes; 0 is no limit.
	Rate int `yaml:"rate"`
	// Hello is the name we greet with; "" is the host's.
	Hello string `yaml:"hello"`
}

// Staff is everybody inside who writes to the gateway.
type Staff struct {
	Place             `yaml:"-"`
	Office            []Member   `yaml:"office"`
	Leaders           []Leader   `yaml:"leaders"`
	Divisions         []Division `yaml:"divisions"`
	InformationCentre []Person   `yaml:"information_centre"`
}

// Person is a name with the one address the person writes from.
type Person struct {
	Place   `yaml:"-"`
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	// KeyFile holds the OpenPGP or S/MIME key that commands are signed with.
	KeyFile Path `yaml:"key_file"`
}

// Member is a person of the office.
type Member struct {
	Person `yaml:",inline"`
	Roles  []string `yaml:"roles" oneof:"handler approver head"`
}

// Leader is a leader of the commission.
type Leader struct {
	Person `yaml:",inline"`
	Rank   string `yaml:"rank" oneof:"deputy principal"`
}

// Division is a division with its people.
type Division struct {
	Place    `yaml:"-"`
	ID       string   `yaml:"id"`
	Name     string   `yaml:"name"`
	Short    []string `yaml:"short"`
	Head     Person   `yaml:"head"`
	Liaisons []Person `yaml:"liaisons"`
}

// Duty is the duty roster.
type Duty struct {
	Place `yaml:"-"`
	// HandoverAck is how long an incoming officer may take to answer 接班.
	HandoverAck time.Duration `yaml:"handover_ack"`
	// Shifts are in order: the first that holds at an instant is on.
	Shifts []Shift `yaml:"shifts"`
	// Exceptions put somebody else on a shift for a day.
	Exceptions []Exception `yaml:"exceptions"`
}

// Shift is a part of the day with the people who take turns at it.
type Shift struct {
	Place  `yaml:"-"`
	ID     string             `yaml:"id"`
	Days   string             `yaml:"days" oneof:"holidays weekends workdays everyday"`
	From   calendar.TimeOfDay `yaml:"from"`
	To     calendar.TimeOfDay `yaml:"to"`
	Rotate string             `yaml:"rotate" oneof:"daily weekly"`
	Start  Date               `yaml:"start"`
	People []Person           `yaml:"people"`
}

// Exception puts a person on the shift that begins on a date.
type Exception struct {
	Place  `yaml:"-"`
	Date   Date   `yaml:"date"`
	Shift  string `yaml:"shift"`
	Person Person `yaml:"person"`
}

// Calendar is the working days and hours.
type Calendar struct {
	Place `yaml:"-"`
	Files []Path             `yaml:"files"`
	Open  calendar.TimeOfDay `yaml:"open"`
	Close calendar.TimeOfDay `yaml:"close"`
}

// Deadlines are the time limits of every clock.
type Deadlines struct {
	Place         `yaml:"-"`
	Check         calendar.Span `yaml:"check"`
	AcceptWarning calendar.Span `yaml:"accept_warning"`
	Accept        calendar.Span `yaml:"accept"`
	AcceptNotice  calendar.Span `yaml:"accept_notice"`
	Sign          calendar.Span `yaml:"sign"`
	Answer        calendar.Span `yaml:"answer"`
	Approve       calendar.Span `yaml:"approve"`
	LawAnswer     calendar.Span `yaml:"law_answer"`
	Extension     calendar.Span `yaml:"extension"`
	Rating        calendar.Span `yaml:"rating"`
	Supervise     calendar.Span `yaml:"supervise"`
}

// Chase is a step of the chase ladder.
type Chase struct {
	Place  `yaml:"-"`
	Offset calendar.Span `yaml:"at"` // from the answer deadline
	To     []string      `yaml:"to" oneof:"liaison head office deputy principal"`
	Copy   []string      `yaml:"copy" oneof:"liaison head office deputy principal"`
	Formal bool          `yaml:"formal"`
	Named  bool          `yaml:"named"`
}

// Conduct is what the gateway may do by itself.
type Conduct struct {
	Place      `yaml:"-"`
	Dispatch   string        `yaml:"dispatch" oneof:"auto confirm"`
	Hold       time.Duration `yaml:"hold"`
	Acceptance string        `yaml:"acceptance" oneof:"human dispatch"`
	Receipt    bool          `yaml:"receipt"`
	TwoPerson  bool          `yaml:"two_person"`
	Learned    string        `yaml:"learned" oneof:"off suggest dispatch"`
}

// Security is whom the gateway obeys.
type Security struct {
	Place       `yaml:"-"`
	AuthservIDs []string `yaml:"authserv_ids"`
	OwnHops     int      `yaml:"own_hops"`
	ARBelow     bool     `yaml:"ar_below"`
	VerifyDKIM  bool     `yaml:"verify_dkim"`
	// Resolver is the DNS server for DKIM keys, host:port; "" is the system's.
	Resolver string  `yaml:"resolver"`
	KeyFile  Path    `yaml:"key_file"`
	Require  Require `yaml:"require"`
	// RequireVerb names the legs for single verbs, by any word of the verb; there
	// the list of the role does not count.
	RequireVerb map[string][]string `yaml:"require_verb" oneof:"roster code authenticated otp signed"`
}

// Require lists the legs of authority each role needs besides being on the roster.
type Require struct {
	Place   `yaml:"-"`
	Liaison []string `yaml:"liaison" oneof:"roster code authenticated otp signed"`
	Office  []string `yaml:"office" oneof:"roster code authenticated otp signed"`
	Leader  []string `yaml:"leader" oneof:"roster code authenticated otp signed"`
	Duty    []string `yaml:"duty" oneof:"roster code authenticated otp signed"`
}

// Limits keep floods out.
type Limits struct {
	Place       `yaml:"-"`
	LetterBytes Size `yaml:"letter_bytes"`
	AutoMail    int  `yaml:"auto_mail_per_address_per_day"`
	MailPerHour int  `yaml:"mail_per_hour"`
}

// Archive is where dossiers and the public feed go.
type Archive struct {
	Place  `yaml:"-"`
	Dir    Path `yaml:"dir"`
	Public Path `yaml:"public"`
	// Retention is how long dossiers are kept, by category; the key
	// "default" is for those without one of their own, "confidential" for all
	// confidential ones. What is not named is kept for ever.
	Retention map[string]Period `yaml:"retention"`
}

// HTTP is the address of health, metrics and board.
type HTTP struct {
	Place  `yaml:"-"`
	Listen string `yaml:"listen"` // "" serves nothing
	// TokenFile, or Login, lets people in; beyond loopback one of them must be.
	TokenFile Path `yaml:"token_file"`
	Login     `yaml:",inline"`
}

// Log is what the daemon writes about itself.
type Log struct {
	Place  `yaml:"-"`
	Format string `yaml:"format" oneof:"text json"`
	Level  string `yaml:"level" oneof:"debug info warn error"`
}

// SlogLevel is the level for log/slog.
func (l Log) SlogLevel() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.Level)); err != nil {
		return slog.LevelInfo
	}
	return level
}

// SelfTest sends a letter through the whole path every day; off without a mailbox.
type SelfTest struct {
	Place   `yaml:"-"`
	Mailbox string             `yaml:"mailbox"`
	Time    calendar.TimeOfDay `yaml:"at"`
	Within  time.Duration      `yaml:"within"`
}
