internal import CallEngine
internal import Cryptography
internal import DaemonConfiguration
internal import Logging
internal import PromptCallAPI
internal import PromptCallCore
internal import Synchronization
internal import TTRPC

/// `promptcall.v1.Operations`: what operators do to a running daemon.
final class OperationsHandler: OperationsService {
    private let engine: CallEngine
    private let store: any StoreUpkeep
    private let key: SealingKey
    private let pausing: PauseSwitch
    private let callers: Callers
    private let status: StatusReport
    private let liveCallsMax: Int
    private let logger: Logger
    private let isBackingUp = Mutex(false)

    init(
        engine: CallEngine,
        store: any StoreUpkeep,
        key: SealingKey,
        pausing: PauseSwitch,
        callers: Callers,
        status: StatusReport,
        liveCallsMax: Int,
        logger: Logger
    ) {
        self.engine = engine
        self.store = store
        self.key = key
        self.pausing = pausing
        self.callers = callers
        self.status = status
        self.liveCallsMax = liveCallsMax
        self.logger = logger
    }

    func pause(
        _ request: Promptcall_V1_PauseRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try self.callers.caller(context.peer).require(.admin)
        do throws(StoreError) {
            try await self.pausing.pause()
        } catch {
            throw RPCError(
                .unavailable,
                "STORE_UNAVAILABLE",
                "Nothing is placed any more, but that could not be kept, so a restart would place "
                    + "again.",
                retryAfter: .seconds(1)
            )
        }
        return await self.status.message()
    }

    func resume(
        _ request: Promptcall_V1_ResumeRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try self.callers.caller(context.peer).require(.admin)
        do throws(StoreError) {
            try await self.pausing.resume()
        } catch {
            throw RPCError(EngineError(error))
        }
        // The drain at the end of the process is not to be undone.
        guard !self.engine.snapshot().isDraining else {
            throw RPCError(.unavailable, "DRAINING", "The daemon is stopping.")
        }
        return await self.status.message()
    }

    func backup(
        _ request: Promptcall_V1_BackupRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_BackupResponse {
        try self.callers.caller(context.peer).require(.admin)
        let directory = request.directory
        guard directory.hasPrefix("/"), !directory.contains("\0") else {
            throw RPCError.invalid(
                "directory",
                "'\(directory)' is not an absolute path of the daemon's host."
            )
        }
        guard self.beginBackup() else {
            throw RPCError(.aborted, "BACKUP_RUNNING", "Another backup is being made.")
        }
        defer { self.isBackingUp.withLock { $0 = false } }
        do throws(StoreError) {
            try await self.store.backup(to: directory, key: self.key)
        } catch {
            throw self.refusal(error, of: directory)
        }
        self.logger.notice("backup made", metadata: [LogKey.directory: "\(directory)"])
        var response = Promptcall_V1_BackupResponse()
        response.directory = directory
        return response
    }

    func cancelMany(
        _ request: Promptcall_V1_CancelManyRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_CancelManyResponse {
        try self.callers.caller(context.peer).require(.admin)
        let isEmpty = request.filter == Promptcall_V1_Filter()
        guard isEmpty == request.all else {
            throw isEmpty
                ? RPCError.invalid("filter", "An empty one matches every call; set all for that.")
                : RPCError.invalid("all", "It goes with an empty filter.")
        }
        var response = Promptcall_V1_CancelManyResponse()
        do {
            let filter = try CallFilter(request.filter)
            let cancelling = Cancelling(engine: self.engine, filter: filter)
            response.cancelled = UInt64(try await cancelling.run())
        } catch let error as EngineError {
            throw RPCError(error)
        }
        return response
    }

    func getGuard(
        _ request: Promptcall_V1_GetGuardRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_GuardStatus {
        try self.callers.caller(context.peer).require(.admin)
        return self.message(self.engine.guardReport())
    }

    func resetGuard(
        _ request: Promptcall_V1_ResetGuardRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_GuardStatus {
        try self.callers.caller(context.peer).require(.admin)
        do throws(EngineError) {
            return self.message(try await self.engine.resetGuard())
        } catch {
            throw RPCError(error)
        }
    }

    private func message(_ report: GuardReport) -> Promptcall_V1_GuardStatus {
        Promptcall_V1_GuardStatus(
            report,
            self.callers.configuration.guard,
            refused: self.engine.snapshot().guardRefused,
            liveCallsMax: self.liveCallsMax
        )
    }

    private func refusal(_ error: StoreError, of directory: String) -> RPCError {
        switch error.code {
        case .directoryRefused:
            // Only whoever asked can do something about it.
            return RPCError(
                .failedPrecondition,
                "BACKUP_REFUSED",
                error.message,
                field: "directory"
            )
        case .damaged:
            // The engine logs it.
            self.engine.storeDamaged("\(error)")
            return RPCError(.storeDamaged)
        case .unavailable, .overloaded, .unknownFate, .cursorExpired, .cursorForeign:
            self.logger.error(
                "backup failed",
                metadata: [LogKey.directory: "\(directory)", LogKey.error: "\(error)"]
            )
            return RPCError(
                .unavailable,
                "BACKUP_FAILED",
                "There is no backup in '\(directory)': \(error)",
                field: "directory"
            )
        }
    }

    private func beginBackup() -> Bool {
        self.isBackingUp.withLock { isBackingUp in
            defer { isBackingUp = true }
            return !isBackingUp
        }
    }

    private enum LogKey {
        static let directory = "backup.directory"
        static let error = "error"
    }
}
