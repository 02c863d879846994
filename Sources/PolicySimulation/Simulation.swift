/// What a set of policies would answer, for people who write policies: the base of explanations and of the simulator.
public enum Simulation {}
