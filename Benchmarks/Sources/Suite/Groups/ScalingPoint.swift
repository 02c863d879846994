import Measuring
import Workloads

/// One scaling world to be measured.
struct ScalingPoint {
    /// The quantity that grows.
    let name: String
    let parameter: Finding.Parameter
    let world: ScalingWorld
    /// Why it is left out from the beginning.
    var skipped: String?

    private init(
        _ name: String,
        _ parameter: Finding.Parameter,
        _ change: (inout ScalingWorld) -> Void
    ) {
        var world = ScalingWorld()
        change(&world)
        (self.name, self.parameter, self.world) = (name, parameter, world)
    }

    var parameters: [String: Finding.Parameter] { [name: parameter] }

    /// Whether each point is ten times the one before.
    var growsTenfold: Bool { ["statements", "principals"].contains(name) }

    /// Every point, in ascending order of each quantity.
    static func all(_ extent: Extent) -> [ScalingPoint] {
        statements(extent) + principals(extent) + statementsPerPrincipal(extent) + conditions(extent)
            + shapes()
    }

    private static let leftOut = "left out of a quick run"

    private static func statements(_ extent: Extent) -> [ScalingPoint] {
        powersOfTen(1...6).map { count in
            var point = ScalingPoint("statements", .number(Double(count))) { world in
                world.statements = count
                // Enough roles that every policy is attached, for others are not compiled.
                world.principals = max(world.principals, count / world.statementsPerPrincipal * 2)
            }
            if count > extent.statementsMax { point.skipped = leftOut }
            return point
        }
    }

    private static func principals(_ extent: Extent) -> [ScalingPoint] {
        powersOfTen(2...7).map { count in
            var point = ScalingPoint("principals", .number(Double(count))) { world in
                world.principals = count
                world.requests = 20_000
            }
            if count > extent.principalsMax { point.skipped = leftOut }
            return point
        }
    }

    private static func statementsPerPrincipal(_ extent: Extent) -> [ScalingPoint] {
        [4, 16, 64, 256, 1_024, 4_096].map { count in
            var point = ScalingPoint("statementsPerPrincipal", .number(Double(count))) { world in
                world.statements = 8_192
                world.principals = 100
                world.statementsPerPrincipal = count
                // The reference evaluator, which answers them first, reads every statement.
                world.requests = count < 1_000 ? 2_000 : 500
            }
            if extent.isCoarse, count > 1_024 { point.skipped = leftOut }
            return point
        }
    }

    private static func conditions(_ extent: Extent) -> [ScalingPoint] {
        (0...ScalingWorld.conditionsMax).map { count in
            var point = ScalingPoint("conditionsPerStatement", .number(Double(count))) {
                $0.conditionsPerStatement = count
            }
            if extent.isCoarse, ![0, 1, 4, 8].contains(count) { point.skipped = leftOut }
            return point
        }
    }

    private static func shapes() -> [ScalingPoint] {
        PatternShape.allCases.map { shape in
            ScalingPoint("shape", .word(shape.rawValue)) { $0.shape = shape }
        }
    }

    private static func powersOfTen(_ exponents: ClosedRange<Int>) -> [Int] {
        exponents.map { (0..<$0).reduce(1) { power, _ in power * 10 } }
    }
}
