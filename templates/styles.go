package templates

import (
	"fmt"
	html "html/template"
)

// wrap lets long addresses and digests break instead of widening the mail on a
// phone; Outlook knows the first of the two properties only.
const wrap = "word-wrap:break-word;overflow-wrap:anywhere;"

// style is a style of the house by name. Mail clients drop style sheets, so
// every element carries its own; the names keep the templates readable.
// Margins and text-indent instead of padding on div: Outlook drops the latter.
func style(name string) (html.CSS, error) {
	switch name {
	case "page":
		return "margin:0;padding:0;background-color:#eef1f4;", nil
	case "sheet":
		return "max-width:640px;background-color:#ffffff;border:1px solid #d3d9e0;table-layout:fixed;", nil
	case "content":
		return "padding:20px 24px 24px 24px;font-family:-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif;" +
			"font-size:16px;line-height:1.75;color:#1f2933;text-align:left;" + wrap, nil
	case "marker":
		return "font-size:13px;line-height:1.5;color:#5b6671;text-align:center;margin-bottom:12px;", nil
	case "fine":
		return "font-size:13px;line-height:1.5;color:#5b6671;", nil
	case "title":
		return "font-size:22px;line-height:1.4;font-weight:bold;padding-bottom:10px;border-bottom:1px solid #d3d9e0;margin-bottom:16px;", nil
	case "salutation":
		return "font-weight:bold;margin-bottom:8px;", nil
	case "heading":
		return "font-size:16px;line-height:1.5;font-weight:bold;color:#1f4e79;margin-top:24px;margin-bottom:8px;padding-left:10px;border-left:4px solid #1f4e79;", nil
	case "para":
		return "margin-bottom:8px;", nil
	case "body":
		return "margin-top:16px;margin-bottom:16px;", nil
	case "signature":
		return "margin-top:20px;text-align:right;", nil
	case "line":
		return "font-size:15px;line-height:1.7;", nil
	case "point":
		return "font-size:15px;line-height:1.7;margin-left:0.7em;text-indent:-0.7em;margin-bottom:4px;", nil
	case "entry":
		return "font-size:15px;line-height:1.6;padding:5px 0;border-bottom:1px solid #eaedf0;", nil
	case "quiet":
		return "font-size:15px;line-height:1.7;color:#5b6671;", nil
	case "small":
		return "font-size:14px;line-height:1.6;color:#5b6671;margin-top:4px;margin-bottom:8px;", nil
	case "foot":
		return "margin-top:24px;padding-top:12px;border-top:1px solid #d3d9e0;font-size:14px;line-height:1.6;color:#5b6671;", nil
	case "quoted":
		return "border-left:3px solid #c5ccd4;background-color:#f7f8fa;padding:10px 14px;margin-top:4px;margin-bottom:10px;" + wrap, nil
	case "codes":
		return "background-color:#f2f6fa;border:1px solid #c5d3e0;padding:10px 16px;margin-top:16px;margin-bottom:6px;font-size:17px;line-height:1.7;font-weight:bold;", nil
	case "note":
		return "background-color:#fff4d6;border:1px solid #d9a400;color:#5c4400;font-size:15px;line-height:1.6;padding:8px 14px;margin-top:8px;margin-bottom:12px;", nil
	case "frame":
		return "border:2px solid #1f4e79;table-layout:fixed;margin-bottom:8px;", nil
	case "framehead":
		return "background-color:#1f4e79;color:#ffffff;font-size:14px;line-height:1.5;padding:6px 14px;", nil
	case "framebody":
		return "padding:10px 14px 16px 14px;" + wrap, nil
	case "framefoot":
		return "background-color:#eef1f4;color:#5b6671;font-size:13px;line-height:1.5;padding:6px 14px;", nil
	case "rows":
		return "font-size:15px;line-height:1.6;margin-bottom:8px;table-layout:fixed;", nil
	case "label":
		return "width:84px;padding:4px 8px 4px 0;color:#5b6671;border-bottom:1px solid #eaedf0;", nil
	case "cell":
		return "padding:4px 0;border-bottom:1px solid #eaedf0;" + wrap, nil
	case "number":
		return "width:28px;padding:4px 0;color:#5b6671;border-bottom:1px solid #eaedf0;", nil
	case "verb":
		return "width:42%;padding:4px 8px 4px 0;font-weight:bold;border-bottom:1px solid #eaedf0;" + wrap, nil
	case "grid":
		return "font-size:14px;line-height:1.5;margin-bottom:8px;border-collapse:collapse;", nil
	case "gridhead":
		return "padding:5px 6px;background-color:#f2f4f7;border:1px solid #d3d9e0;font-weight:bold;", nil
	case "gridheadshort":
		return "padding:5px 5px;background-color:#f2f4f7;border:1px solid #d3d9e0;font-weight:bold;white-space:nowrap;", nil
	case "gridcell":
		return "padding:5px 6px;border:1px solid #d3d9e0;" + wrap, nil
	case "gridfigure":
		return "padding:5px 5px;border:1px solid #d3d9e0;white-space:nowrap;", nil
	case "picture":
		return "display:block;width:100%;max-width:520px;height:auto;border:0;margin-top:4px;margin-bottom:8px;font-size:14px;color:#5b6671;", nil
	case "plotlabel":
		return "width:96px;padding:3px 8px 3px 0;font-size:14px;font-weight:normal;border-right:1px solid #8a949e;" + wrap, nil
	case "plotcell":
		return "padding:3px 0;", nil
	case "bar":
		return "font-size:9px;line-height:12px;border-right:1px solid #ffffff;", nil
	case "barvalue":
		return "padding-left:6px;font-size:12px;line-height:13px;", nil
	case "muted":
		return "color:#5b6671;", nil
	case "warn":
		return "color:#a61b1b;", nil
	case "good":
		return "color:#1b6b3a;", nil
	}
	return "", fmt.Errorf("no style %q", name)
}
