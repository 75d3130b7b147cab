internal import NIOSSL

/// Certificates of authorities that a private Nexmo gateway or an inspecting proxy is signed by.
package struct CertificateAuthorities: Sendable {
    /// Why a text is none; it never quotes the text.
    package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    let certificates: [NIOSSLCertificate]

    /// Reads one or more certificates in PEM form.
    package init(pem: [UInt8]) throws(Fault) {
        do {
            self.certificates = try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw Fault(description: "holds no certificates in PEM form")
        }
        guard !self.certificates.isEmpty else {
            throw Fault(description: "holds no certificates in PEM form")
        }
    }
}
