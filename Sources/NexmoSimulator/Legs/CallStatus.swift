/// What a leg has come to, in Nexmo's words (reference, sections 2.2 and 5.3).
package enum CallStatus: String, CaseIterable, Sendable {
    case started
    case ringing
    case answered
    case human
    case machine
    case busy
    case cancelled
    case unanswered
    case timeout
    case rejected
    case failed
    case completed
}
