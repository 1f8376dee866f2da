"""A stand-in for Discord on loopback: gateway and REST, for the real client over real sockets."""

from tests.standin.server import StandIn
from tests.standin.world import Channel, Guild, Interaction, Member, Message

__all__ = ["Channel", "Guild", "Interaction", "Member", "Message", "StandIn"]
