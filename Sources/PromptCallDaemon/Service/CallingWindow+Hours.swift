internal import CallEngine
package import DaemonConfiguration
package import PromptCallCore

extension CallingWindow: CallingHours {
    package func opening(at moment: Timestamp) -> Timestamp? {
        // Rounded down, also before 1970.
        let seconds = (Double(moment.milliseconds) / 1000).rounded(.down)
        return self.opening(at: Int64(seconds)).map { Timestamp(milliseconds: $0 * 1000) }
    }
}
