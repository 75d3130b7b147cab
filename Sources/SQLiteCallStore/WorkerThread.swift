internal import Glibc

/// Starts threads of the operating system.
enum WorkerThread {
    /// What the new thread is to do.
    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) {
            self.run = run
        }
    }

    /// Starts a thread, which is to be joined; nil where there can be no more.
    ///
    /// What `body` holds is released when it has returned, on that thread.
    static func start(_ body: @escaping () -> Void) -> pthread_t? {
        let retained = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            retained.toOpaque()
        )
        guard code == 0 else {
            retained.release()
            return nil
        }
        return thread
    }
}
