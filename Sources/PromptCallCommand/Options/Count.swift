import ArgumentParser

/// A count of at least one; the API takes 0 for "not stated", which nobody means who states it.
struct Count: Hashable, Sendable, ExpressibleByArgument {
    let value: UInt32

    init?(argument: String) {
        guard let value = UInt32(argument), value > 0 else { return nil }
        self.value = value
    }
}
