"""A stand-in for Discord on loopback: gateway and REST, for the real client over real sockets."""

from tests.standin.forms import Form
from tests.standin.server import StandIn
from tests.standin.world import Attachment, Channel, Guild, Interaction, Member, Message

__all__ = ["Attachment", "Channel", "Form", "Guild", "Interaction", "Member", "Message", "StandIn"]
