@_exported public import DecisionIndex
@_exported public import IdentityDirectory
@_exported public import PolicyLanguage
@_exported public import SnapshotCompiler
@_exported public import Vocabulary
