using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

public sealed class GrammarTests
{
    [Fact]
    public void ControlCharactersAreFoundAnywhereInATextOfAnyLength()
    {
        for (var length = 1; length <= 20; length++)
        {
            for (var at = 0; at < length; at++)
            {
                for (var octet = 0; octet < 256; octet++)
                {
                    var text = new byte[length];
                    text.AsSpan().Fill((byte)(octet + at) is var other and >= 0x20 and not 0x7f ? other : (byte)'\t');
                    text[at] = (byte)octet;
                    Assert.Equal((octet < 0x20 && octet != '\t') || octet == 0x7f, Grammar.HasControl(text));
                }
            }
        }
    }

    [Fact]
    public void TextIsLatin1()
    {
        for (var character = 0; character < 0x300; character++)
        {
            var text = $"a{(char)character}z";
            Assert.Equal(character is '\t' or (>= ' ' and < 256 and not 0x7f), Grammar.IsFieldValue(text));
            Assert.Equal(character < 128 && (char.IsAsciiLetterOrDigit((char)character) || "!#$%&'*+-.^_`|~".Contains((char)character, StringComparison.Ordinal)), Grammar.IsToken(text));
        }
    }
}
