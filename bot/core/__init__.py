"""The FAQ, the matcher and the decisions: values in, values out, with no Discord, clock, environment or globals."""
