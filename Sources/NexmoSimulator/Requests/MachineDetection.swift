/// What a caller wants to know about who answers (reference, sections 1.1 and 5.9).
package struct MachineDetection: Equatable, Sendable {
    package enum Mode: Equatable, Sendable {
        /// `machine_detection`, or the advanced mode `detect`: the NCCO waits for the verdict.
        case waitsForVerdict
        /// Advanced mode `detect_beep`: the NCCO waits for the beep or its timeout.
        case waitsForBeep
        /// Advanced mode `default`: the NCCO begins at once, events come meanwhile.
        case meanwhile
    }

    package var mode: Mode
    /// Whether Nexmo hangs up when a machine is found.
    package var hangsUp: Bool
    /// How long a beep is waited for, 45 to 120 s.
    package var beepTimeout: Duration

    package init(mode: Mode, hangsUp: Bool = false, beepTimeout: Duration = .seconds(45)) {
        self.mode = mode
        self.hangsUp = hangsUp
        self.beepTimeout = beepTimeout
    }

    init?(standard: String?) {
        guard let standard else { return nil }
        self.init(mode: .waitsForVerdict, hangsUp: standard == "hangup")
    }

    /// Reads `advanced_machine_detection`. What is left out is unconfirmed: taken as `continue`
    /// and `detect`.
    init(advanced value: JSON) throws(Violation) {
        var fields = try FieldReader(value, path: "advanced_machine_detection")
        let behavior = try fields.string("behavior", oneOf: ["continue", "hangup"])
        let mode = try fields.string("mode", oneOf: ["default", "detect", "detect_beep"])
        let timeout = try fields.integer("beep_timeout", in: 45...120)
        try fields.end()
        if timeout != nil, mode == "detect" {
            throw Violation(.value, fields.name("beep_timeout"), "goes with the beep modes only")
        }
        self.init(
            mode: mode == "default"
                ? .meanwhile : mode == "detect_beep" ? .waitsForBeep : .waitsForVerdict,
            hangsUp: behavior == "hangup",
            beepTimeout: .seconds(timeout ?? 45)
        )
    }
}
