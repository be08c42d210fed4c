"""The tools that assistants may call while they talk: defined here, registered once at Vapi, linked to assistants."""
