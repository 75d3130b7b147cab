internal import CallRecordCoding
internal import Cryptography
internal import PromptCallCore

extension StoreError {
    /// Says what a failure below means to the users of the store; nothing was changed by it.
    init(_ error: any Error, while purpose: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as SQLiteError where error.isDamage:
            self.init(.damaged, "The database is damaged: could not \(purpose).", cause: error)
            self.isOfDatabase = true
        case is RecordCodingError, is CryptographyError:
            self.init(.damaged, "A stored value is damaged: could not \(purpose).", cause: error)
        default:
            self.init(.unavailable, "The store could not \(purpose).", cause: error)
        }
    }
}
