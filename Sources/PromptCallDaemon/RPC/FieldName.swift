/// Names that callers choose: request_id, names of subscriptions, keys of labels.
enum FieldName {
    /// Whether a text is 1 to 64 of `[A-Za-z0-9._-]`.
    static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte.isASCIILetterOrDigit || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }
}
