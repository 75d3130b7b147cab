/// The times the call machine goes by (design, "The call machine").
package enum CallWindows {
    /// From the placing to the first ring, at most.
    package static let setup = Duration.seconds(30)
    /// Beyond a window, before Nexmo is asked.
    package static let slack = Duration.seconds(15)
    /// Beyond the length of last words, before Nexmo is asked.
    package static let lastWordsSlack = Duration.seconds(10)
    /// From silent last words to the hang-up.
    package static let silentHangUp = Duration.seconds(1)
    /// From a refused hang-up to the next one.
    package static let hangUpAgain = Duration.seconds(2)
    /// From a hang-up that was accepted to the question whether it worked.
    package static let hangUpCheck = Duration.seconds(10)
    /// How long after its end a call's leg is still hung up where it shows signs of life.
    package static let hangUpAfterEnd = Duration.seconds(60)
    /// Silence while Nexmo listens for a machine, at most.
    package static let detection = Duration.seconds(10)
    /// How long Nexmo listens for a machine's beep.
    package static let beep = Duration.seconds(45)
    /// From a refused message to the next try.
    package static let messageAgain = Duration.seconds(2)
    /// For what a final status leaves open: its reason or its bill.
    package static let hold = Duration.seconds(2)
    /// The same while an entry is open.
    package static let holdForEntry = Duration.seconds(3)
    /// From an unknown placement to the first look for its leg.
    package static let search = Duration.seconds(2)
    /// From an unknown placement to the next ring, where two are better than none.
    package static let ringAgain = Duration.seconds(2)
    /// From a placing that surely failed to the next.
    package static let placeAgain = Duration.seconds(5)
    /// The same after 429 without a `Retry-After`.
    package static let throttled = Duration.seconds(1)
    /// The same with one, at most.
    package static let throttledMax = Duration.seconds(60)
    /// How long a restarted daemon waits for credentials to come again.
    package static let credentials = Duration.seconds(60)
    /// Beyond all windows, before a leg is given up as lost.
    package static let lost = Duration.seconds(60)
    /// Shortest and longest wait between two questions about a leg.
    package static let pollMin = Duration.seconds(5)
    package static let pollMax = Duration.seconds(60)

    /// The wait until the next question about a leg, growing with the time since it was placed.
    package static func poll(since placed: Timestamp, at now: Timestamp) -> Duration {
        min(max((now - placed) / 4, self.pollMin), self.pollMax)
    }

    /// The share of a text's guessed length before which it cannot have been heard, in percent:
    /// thirty characters a second where twelve are usual.
    package static let shortestSpeechPercent = 40
}
