import PromptCallAPI
import SwiftProtobuf

/// Writes messages as protobuf's JSON on one line, with the names of the fields as in the .proto.
enum JSONLine {
    private static var options: JSONEncodingOptions {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        options.useDeterministicOrdering = true
        return options
    }

    /// A message of which nothing is named otherwise than in the .proto.
    static func message(_ message: some Message) throws -> String {
        try message.jsonString(options: self.options)
    }

    /// A call, its sender under `from`.
    static func call(_ call: Promptcall_V1_Call) throws -> String {
        self.renamingFrom(in: try self.message(call), call)
    }

    /// An event, its call's sender under `from`.
    static func event(_ event: Promptcall_V1_Event) throws -> String {
        self.renamingFrom(in: try self.message(event), event.call)
    }

    /// The answer to a submission: `tid`, and `existed` where that is so.
    ///
    /// The wait that the daemon expects is left out, so that the line is the tid alone.
    static func submission(_ response: Promptcall_V1_SubmitResponse) throws -> String {
        var response = response
        response.clearExpectedWait()
        return try self.message(response)
    }

    /// Names the sender as `json_name` does, and callbacks and flags do.
    ///
    /// The first occurrence is the field and nothing else: fields come in the order of their
    /// numbers, before it come only strings, in which a quote is escaped, and labels come later.
    private static func renamingFrom(in json: String, _ call: Promptcall_V1_Call) -> String {
        guard !call.fromNumber.isEmpty else { return json }
        return json.replacing("\"from_number\":", with: "\"from\":", maxReplacements: 1)
    }
}
