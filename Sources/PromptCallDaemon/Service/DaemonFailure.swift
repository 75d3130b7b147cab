internal import CallEngine
internal import DaemonConfiguration
internal import Glibc
internal import NIOCore
internal import PromptCallCore
internal import SQLiteCallStore
internal import TTRPC

/// Why the daemon could not start or go on, with the exit code of the contract.
package struct DaemonFailure: Error, CustomStringConvertible {
    package var exitCode: Int32
    package var description: String

    /// 69: an address is in use.
    private static let addressInUse: Int32 = 69
    /// 78: unusable configuration, which a data directory of something else is as well.
    private static let configuration: Int32 = 78
    /// 70: anything else.
    private static let other: Int32 = 70
    /// 73: a path cannot be made or locked.
    private static let path: Int32 = 73

    init(_ error: any Error) {
        switch error {
        case let failure as DaemonFailure:
            self = failure
        case let error as ConfigurationError:
            self.init(exitCode: error.code.exitCode, description: error.description)
        case let error as TTRPCError:
            let isInUse = error.code == .socketInUse || error.errorNumber == EADDRINUSE
            self.init(
                exitCode: isInUse ? Self.addressInUse : Self.path,
                description: "socket: \(error)"
            )
        case let error as StoreOpenError:
            self.init(exitCode: Self.exitCode(of: error.code), description: "data-dir: \(error)")
        case let error as IOError:
            self.init(
                exitCode: error.errnoCode == EADDRINUSE ? Self.addressInUse : Self.other,
                description: "webhook.listen: \(error)"
            )
        default:
            self.init(exitCode: Self.other, description: "\(error)")
        }
    }

    private static func exitCode(of code: StoreOpenError.Code) -> Int32 {
        switch code {
        case .directoryUnusable, .locked, .keyFileUnusable: self.path
        case .notOurs, .tooNew, .keyFileOther: self.configuration
        case .notDurable, .damaged, .failed: self.other
        }
    }

    private init(exitCode: Int32, description: String) {
        self.exitCode = exitCode
        self.description = description
    }
}
