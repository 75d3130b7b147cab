import PromptCallCore

/// A receiver that takes every result.
struct StubReceiver: CallbackSender {
    func deliver(_ record: CallRecord) async -> CallbackAnswer { CallbackAnswer(httpStatus: 200) }
}
