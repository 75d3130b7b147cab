/// Whoever carries results to their receivers.
package protocol CallbackSender: Sendable {
    /// Sends the result of an ended call once, and returns what its receiver answered.
    ///
    /// It never throws: how a delivery failed is part of what is judged. It returns within 20 s.
    func deliver(_ record: CallRecord) async -> CallbackAnswer
}
