/// Finds what the operator may have meant by a word that is not known.
enum Suggestion {
    /// Most letters that may differ.
    private static let distanceMax = 2

    /// `; did you mean 'WORD'?` for the nearest known word, or nothing where none is near.
    static func clause(for word: String, among known: [String]) -> String {
        self.nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// The nearest known word, the first of several as near; nil where none is near.
    static func nearest(to word: String, among known: [String]) -> String? {
        let plainWord = self.plain(word)
        let ranked = known.map { (word: $0, distance: self.distance(plainWord, self.plain($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }),
            best.distance <= self.distanceMax, best.distance * 2 < plainWord.count
        else { return nil }
        return best.word
    }

    /// Lower case without separators, so that `data_dir` and `dataDir` are `data-dir`.
    ///
    /// Cut short, for the cost of comparing grows with the square of the length.
    private static func plain(_ word: String) -> [Character] {
        Array(word.prefix(64).lowercased().filter { $0 != "-" && $0 != "_" })
    }

    /// Letters to add, drop, replace or swap with their neighbour (optimal string alignment).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var rows = [Array(0...b.count)]
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var best = min(rows[i][j] + (x == y ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
