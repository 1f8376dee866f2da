"""A bare discord.py client that replies to each message with its text, to compare the bot with."""

import asyncio
import os

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Echo(discord.Client):
    """Replies to everything that somebody else writes."""

    async def on_message(self, message: discord.Message) -> None:
        """Reply with what was written."""
        if message.author != self.user:
            await message.reply(message.content)


async def connect(client: discord.Client) -> None:
    """Connect a client to the server that the bot's own variables name, for ever."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    async with client:
        await client.login(os.environ["DISCORD_TOKEN"])
        _, gateway, _ = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        await client.connect()


if __name__ == "__main__":
    asyncio.run(connect(Echo(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))))
