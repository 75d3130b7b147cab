/// A page of the list of calls (reference, 2.1).
struct CallPage {
    var calls: [CallDetail] = []

    init(_ json: [UInt8]) throws(JSONError) {
        var reader = try JSONReader(object: json)
        while let key = try reader.nextKey() {
            guard key == "_embedded" else {
                try reader.skip()
                continue
            }
            guard try reader.enterObject() else { continue }
            while let key = try reader.nextKey() {
                guard key == "calls" else {
                    try reader.skip()
                    continue
                }
                guard try reader.enterArray() else { continue }
                while try reader.nextElement() {
                    guard try reader.enterObject() else { continue }
                    self.calls.append(try CallDetail(membersOf: &reader))
                }
            }
        }
        try reader.end()
    }
}
