// Package calendar counts time as the office does: working days and working
// hours, statutory holidays and make-up workdays, and who is on duty when.
//
// It is pure: instants come in as arguments, calendars as bytes, and nothing is
// read from the clock or the disk. The years built in are data of the State
// Council's yearly notices; a year that nobody loaded is counted Monday to
// Friday and everything counted so is marked as estimated, never silently
// (clauses C4, C7, C8, C12).
//
// It knows no case, no person and no configuration: people are addresses here.
package calendar
