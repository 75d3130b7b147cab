internal import DaemonConfiguration
internal import FoundationEssentials
internal import PromptCallAPI
internal import TTRPC
internal import WebhookSidecar

/// `promptcall.v1.Webhooks`: what a sidecar apart from the daemon hands over.
struct WebhooksHandler: WebhooksService {
    let gateway: any WebhookGateway
    let callers: Callers

    func deliver(
        _ request: Promptcall_V1_WebhookRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_WebhookResponse {
        try self.callers.caller(context.peer).require(.webhooks)
        guard request.body.count <= WebhookServer.bodyBytesMax else {
            throw RPCError.invalid("body", "It has more than \(WebhookServer.bodyBytesMax) bytes.")
        }
        let answer = await self.gateway.deliver(
            DeliveredWebhook(
                method: request.method,
                path: request.path,
                headers: request.headers,
                body: Array(request.body),
                remoteAddress: request.remoteAddress
            )
        )
        var response = Promptcall_V1_WebhookResponse()
        response.status = UInt32(answer.status)
        response.contentType = answer.contentType ?? ""
        response.body = Data(answer.body)
        return response
    }
}
