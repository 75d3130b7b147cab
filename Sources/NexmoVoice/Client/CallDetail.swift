internal import PromptCallCore

/// A call as `GET /v1/calls/{uuid}` and the list of calls tell it (reference, 2.2).
struct CallDetail {
    var words = LegWords()
    var isOutbound = false
    var to: PhoneNumber?
    var from: PhoneNumber?

    /// Reads a whole body.
    init(_ json: [UInt8]) throws(JSONError) {
        var reader = try JSONReader(object: json)
        try self.init(membersOf: &reader)
        try reader.end()
    }

    /// Reads the members of an object that was entered.
    init(membersOf reader: inout JSONReader) throws(JSONError) {
        while let key = try reader.nextKey() {
            switch key {
            case "direction": self.isOutbound = try reader.scalar() == "outbound"
            case "to": self.to = try Self.endpoint(&reader)
            case "from": self.from = try Self.endpoint(&reader)
            default:
                if try !self.words.read(key, from: &reader) { try reader.skip() }
            }
        }
    }

    /// Reads `{"type": …, "number": …}`, or an array of one.
    private static func endpoint(_ reader: inout JSONReader) throws(JSONError) -> PhoneNumber? {
        var number: PhoneNumber?
        switch try reader.kind() {
        case .array:
            _ = try reader.enterArray()
            while try reader.nextElement() {
                let one = try self.endpoint(&reader)
                number = number ?? one
            }
        case .object:
            _ = try reader.enterObject()
            while let key = try reader.nextKey() {
                if key == "number" {
                    number = try reader.scalar().flatMap { PhoneNumber($0) }
                } else {
                    try reader.skip()
                }
            }
        case .string, .other:
            number = try reader.scalar().flatMap { PhoneNumber($0) }
        }
        return number
    }
}
