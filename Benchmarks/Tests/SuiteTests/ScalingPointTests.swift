import Measuring
import Testing
import Workloads

@testable import Suite

/// Each quantity grows from point to point, and what is left out says so.
struct ScalingPointTests {
    @Test("Statements go from 10 to 10⁶, principals from 10² to 10⁷")
    func ranges() {
        let points = ScalingPoint.all(.full)
        func numbers(_ name: String) -> [Finding.Parameter] {
            points.filter { $0.name == name }.map(\.parameter)
        }
        #expect(numbers("statements") == [10, 100, 1_000, 10_000, 100_000, 1_000_000])
        #expect(numbers("principals") == [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000])
        #expect(numbers("shape").count == PatternShape.allCases.count)
        #expect(points.allSatisfy { $0.skipped == nil })
    }

    @Test("A quick run has the same points, the large ones left out")
    func quick() {
        let (quick, full) = (ScalingPoint.all(.quick), ScalingPoint.all(.full))
        #expect(quick.map(\.parameters) == full.map(\.parameters))
        #expect(quick.last { $0.name == "statements" }?.skipped != nil)
        #expect(quick.first { $0.name == "statements" }?.skipped == nil)
    }
}
