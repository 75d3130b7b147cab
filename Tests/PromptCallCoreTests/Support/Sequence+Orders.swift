extension Array {
    /// Every order of the elements; the given one first.
    var orders: [[Element]] {
        guard let last = self.last else { return [[]] }
        return Self(self.dropLast()).orders.flatMap { order in
            (0...order.count).reversed().map { index in
                var longer = order
                longer.insert(last, at: index)
                return longer
            }
        }
    }

    /// The elements, those once with each one doubled, and once with all of them doubled.
    var doublings: [[Element]] {
        let single = self.indices.map { index in self[...index] + self[index...] }
        return [self] + single.map(Self.init) + [self.flatMap { [$0, $0] }]
    }
}
