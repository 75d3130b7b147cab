/// What is to be done outside once a transition is durable.
package enum CallEffect: Hashable, Sendable {
    /// Ask Nexmo for a leg; answered by ``CallMachine/placementAnswered(_:leg:at:)``.
    case place(leg: Int)
    /// Ask Nexmo to end a leg; answered by ``CallMachine/hangUpAnswered(_:leg:at:)``.
    case hangUp(leg: Int)
    /// Ask Nexmo about a leg; answered by ``CallMachine/fetchAnswered(_:leg:at:)``.
    case fetch(leg: Int)
    /// Look for a leg in Nexmo's list; answered by ``CallMachine/searchAnswered(_:leg:at:)``.
    case search(leg: Int)
    /// Ask Nexmo to play the message; answered by ``CallMachine/messageAnswered(_:leg:at:)``.
    case leaveMessage(leg: Int)
    /// Send the result; answered by ``CallMachine/callbackAnswered(_:jitter:at:)``.
    case deliverCallback
}

/// What a webhook is answered.
package enum LegAnswer: Equatable, Sendable {
    /// This, in Nexmo's words.
    case directive(Directive)
    /// That it was taken note of.
    case noted
    /// That no such turn or leg was ever asked for.
    case unknown
}
