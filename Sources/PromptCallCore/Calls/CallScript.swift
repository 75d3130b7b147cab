/// What is said in a call. The machine never sees it: it speaks of ``Spoken`` alone.
///
/// Texts are plain, or SSML where they start with `<speak>`. They stay in the store, sealed, and
/// are erased when the call has ended.
package struct CallScript: Equatable, Sendable {
    /// At most 1,500 characters without tags, and never empty.
    package var text: String
    /// At most 500; may be empty.
    package var byeText: String
    /// At most 1,500; may be empty.
    package var failedText: String
    /// What a machine is told; at most 1,500. Empty: the text.
    package var machineText: String

    package init(
        text: String,
        byeText: String = "",
        failedText: String = "",
        machineText: String = ""
    ) {
        self.text = text
        self.byeText = byeText
        self.failedText = failedText
        self.machineText = machineText
    }

    /// The words of one part; nil where there are none.
    package func words(_ spoken: Spoken) -> String? {
        let words =
            switch spoken {
            case .text: self.text
            case .failedText: self.failedText
            case .byeText: self.byeText
            }
        return words.isEmpty ? nil : words
    }

    /// What a machine is told; nil where the script was erased.
    package var message: String? {
        self.machineText.isEmpty ? self.words(.text) : self.machineText
    }
}

extension CallScript: CustomStringConvertible {
    package var description: String { "<script>" }
}

/// A part of a call's script.
package enum Spoken: UInt8, CaseIterable, Sendable {
    case text = 1
    case failedText = 2
    case byeText = 3
}
