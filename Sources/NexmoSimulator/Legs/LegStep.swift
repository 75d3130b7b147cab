/// How a leg goes on.
package enum LegStep: Equatable, Sendable {
    /// Say that time has passed at this moment, counted from the leg's beginning.
    case sleep(until: Duration)
    /// Send a webhook that wants an NCCO, then report the reply.
    case ask(LegQuestion)
    /// The leg has ended.
    case over
}
