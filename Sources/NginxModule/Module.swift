// The hooks of this module.
