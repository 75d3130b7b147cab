extension String {
    /// The text with spaces behind it, at least so many characters long.
    func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - self.count))
    }
}
