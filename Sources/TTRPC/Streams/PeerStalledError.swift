/// The peer read nothing for too long while bytes waited for it.
struct PeerStalledError: Error {}
