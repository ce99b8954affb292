package report

// Sheet is an assessment as a spreadsheet (.xlsx).
func Sheet(a Assessment, office, period string) ([]byte, error) {
	return nil, nil
}
