/// Finds the word that was meant by one that is not known.
enum NearWord {
    /// Most letters that may differ.
    private static let distanceMax = 2
    /// Letters of a word that are looked at.
    private static let lengthMax = 40

    /// `; did you mean 'WORD'?`, or nothing where no known word is near.
    static func clause(for word: String, among known: [String]) -> String {
        let ranked = known.map { (word: $0, distance: Self.distance(word, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }),
            best.distance <= Self.distanceMax, best.distance < best.word.count
        else { return "" }
        return "; did you mean '\(best.word)'?"
    }

    /// Letters to add, drop or replace (Levenshtein), whatever their case; `_` is a dash.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Self.plain(left), Self.plain(right))
        var row = Array(0...right.count)
        for (i, x) in left.enumerated() {
            var next = [i + 1]
            for (j, y) in right.enumerated() {
                next.append(min(row[j] + (x == y ? 0 : 1), row[j + 1] + 1, next[j] + 1))
            }
            row = next
        }
        return row[right.count]
    }

    private static func plain(_ word: String) -> [Character] {
        word.prefix(Self.lengthMax).lowercased().map { $0 == "_" ? "-" : $0 }
    }
}
