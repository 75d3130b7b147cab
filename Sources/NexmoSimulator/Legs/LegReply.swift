/// What came of a webhook that wants an NCCO.
package enum LegReply: Equatable, Sendable {
    /// A valid NCCO, possibly empty.
    case ncco([NCCOAction])
    /// A success without an NCCO: an empty body or an object.
    case nothing
    /// A success whose body is of the wrong type or no valid NCCO.
    case unusable(reason: String)
    /// No success within the tries there are; no reason where nobody was asked on purpose.
    case undelivered(reason: String?)
}
