import ArgumentParser
import UnixSignals
@main struct Main: ParsableCommand {}
