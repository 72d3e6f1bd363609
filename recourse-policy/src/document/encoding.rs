//! From bytes to text.

use super::kind::FaultKind;
use super::reading::Reading;
use crate::OperatorBounds;

/// Returns the text of a document that is not too large, up to the first byte that is not UTF-8.
pub(super) fn text_of<'a>(bytes: &'a [u8], bounds: &OperatorBounds, reading: &mut Reading) -> &'a str {
    let most = bounds.max_bytes;
    if bytes.len() > most {
        let says = format!("the document has {} bytes, and {most} are allowed", bytes.len());
        let value = (bytes.len().to_string(), "");
        reading.find(FaultKind::TooLarge, 0..0, "", value, says, "split it, or raise `max_bytes` of `OperatorBounds`");
        return "";
    }
    let (text, says) = match std::str::from_utf8(bytes) {
        Ok(text) if text.starts_with('\u{feff}') => ("", "the document begins with a byte order mark".to_owned()),
        Ok(text) => return text,
        Err(_) if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) => {
            ("", "the document is UTF-16".to_owned())
        }
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(good).unwrap_or_default(), format!("byte {} is not UTF-8", error.valid_up_to() + 1))
        }
    };
    let (end, value) = (text.len(), (String::new(), "UTF-8 without a byte order mark"));
    reading.find(FaultKind::Encoding, end..end, "", value, says, "save it as UTF-8 without a mark");
    text
}
