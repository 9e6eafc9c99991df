package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers that {@link SafetensorsFile#open} refuses, with the message for each. */
class HeaderRefusalTest {
  private static final String A = "{'dtype':'F32','shape':[1],'data_offsets':[0,4]}";

  @TempDir Path directory;

  static Stream<Arguments> headers() {
    return Stream.of(
        // JSON
        arguments("", "the header, from byte 8, is not a JSON object; this is not"),
        arguments("[]", "the header, from byte 8, is not a JSON object; this is not"),
        arguments(" {}", "the header, from byte 8, is not a JSON object; this is not"),
        arguments("{a:1}", "the header, near byte 10, is not JSON."),
        arguments("{'a':", "the header, near byte 13, ends inside its JSON."),
        arguments("{} {}", "the header, near byte 12, is not JSON."),
        arguments("{'a\n':1}", "the header, near byte 12, is not JSON."),
        // Structure
        arguments("{'a':1}", "tensor 'a' should be a JSON object, found a number (header, near"),
        arguments(
            "{'a':" + A + ",'a':" + A + "}",
            "the header has the key 'a' twice (header, near byte 66)."),
        arguments(
            "{'a':{'dtype':'F32','dtype':'F32'}}", "tensor 'a' has the key 'dtype' twice (header"),
        arguments("{'__metadata__':[]}", "__metadata__ should be a JSON object, found an array"),
        arguments("{'__metadata__':{'k':1}}", "__metadata__.k should be a string, found a number"),
        arguments(
            "{'__metadata__':{'k':'1','k':'2'}}", "__metadata__ has the key 'k' twice (header"),
        arguments("{'__metadata__':{},'__metadata__':{}}", "has the key '__metadata__' twice"),
        arguments(
            "{'a':{'shape':[1],'data_offsets':[0,4]}}",
            "tensor 'a' needs a dtype, a shape and two data_offsets (header, near"),
        arguments(
            "{'a':{'dtype':'F32','data_offsets':[0,4]}}",
            "tensor 'a' needs a dtype, a shape and two data_offsets (header, near"),
        arguments(
            "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4]}}",
            "tensor 'a' needs a dtype, a shape and two data_offsets (header, near"),
        arguments(
            "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,4]}}",
            "tensor 'a': data_offsets has more than 2 numbers"),
        // Types and shapes
        arguments(
            "{'a':{'dtype':'F8_E4M3','shape':[1],'data_offsets':[0,1]}}",
            "tensor 'a' has the dtype 'F8_E4M3', which is not read; it should be one of BOOL, U8, F16, BF16, I32, F32, F64,"
                + " I64. Store it in one of these, leave it out if it is no weight of the model, or"
                + " take the checkpoint before it was quantized."),
        arguments(
            "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}",
            "tensor 'a': shape holds the negative number -1"),
        arguments(
            "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}",
            "tensor 'a': shape holds 1.0, which is no whole number under 2^63"),
        arguments(
            "{'a':{'dtype':'F32','shape':['1'],'data_offsets':[0,4]}}",
            "tensor 'a': shape should be a number, found a string"),
        arguments(
            "{'a':{'dtype':'F32','shape':[null],'data_offsets':[0,4]}}",
            "tensor 'a': shape should be a number, found a null"),
        arguments(
            "{'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,4]}}",
            "tensor 'a': shape holds 9223372036854775808, which is no whole number under 2^63"),
        arguments(
            "{'a':{'dtype':'F32','shape':[2147483648],'data_offsets':[0,4]}}",
            "tensor 'a': shape [2147483648] overflows"),
        arguments(
            "{'a':{'dtype':'F32','shape':[2147483647,2147483647,4,0],'data_offsets':[0,0]}}",
            "tensor 'a': shape [2147483647, 2147483647, 4, 0] overflows"),
        arguments(
            "{'a':{'dtype':'U8','shape':[2147483647,2147483647,2],'data_offsets':[0,0]}}",
            "tensor 'a': shape [2147483647, 2147483647, 2] overflows"),
        arguments(
            "{'a':{'dtype':'F32','shape':[" + "1,".repeat(64) + "1],'data_offsets':[0,4]}}",
            "tensor 'a': shape has more than 64 numbers"),
        // Places
        arguments(
            "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}",
            "tensor 'a' with data_offsets [0, 4] is F32(2), which takes 8 bytes, not 4."),
        arguments(
            "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}",
            "tensor 'a' with data_offsets [4, 0] ends before it begins."),
        arguments(
            "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}",
            "tensor 'a' with data_offsets [0, 16] runs past the end of the file at byte 71; it is"
                + " truncated: fetch it again."),
        arguments(
            "{'a':" + A + ",'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}}",
            "tensor 'b' with data_offsets [2, 6] overlaps the tensor before it, which ends at"
                + " offset 4 (byte 119)."),
        arguments(
            "{'a':" + A + ",'b':{'dtype':'U8','shape':[2],'data_offsets':[6,8]}}",
            "no tensor takes the bytes from offset 4 (byte 118) up to tensor 'b' with data_offsets"
                + " [6, 8]."),
        arguments(
            "{'a':" + A + "}",
            "the last tensor ends at offset 4 (byte 66), but the file goes on to byte 70; no"
                + " tensor takes the rest."),
        arguments(
            "{}",
            "the last tensor ends at offset 0 (byte 10), but the file goes on to byte 18; no"
                + " tensor takes the rest."));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void aWrongHeaderIsRefused(String header, String message) {
    Path file =
        RawSafetensors.write(directory.resolve("m"), header.replace('\'', '"'), new byte[8]);
    assertRefused(file, message);
  }

  @Test
  void aHeaderNestedTooDeepIsRefused() {
    String deep = "{\"a\":{\"x\":" + "[".repeat(100_000);
    assertRefused(RawSafetensors.write(directory.resolve("m"), deep), "is not JSON");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefusedWithItsByte() {
    byte[] header = "{\"a?\":1}".getBytes(StandardCharsets.US_ASCII);
    header[3] = (byte) 0xff;
    assertRefused(
        RawSafetensors.write(directory.resolve("m"), header),
        "the header, near byte 11, is not UTF-8.");
  }

  @Test
  void aHeaderCutInsideACharacterIsRefused() {
    assertRefused(
        RawSafetensors.write(directory.resolve("m"), new byte[] {'{', '"', (byte) 0xe2}),
        "the header, near byte 10, is not UTF-8.");
  }

  @Test
  void aLengthPastTheFileIsRefused() {
    byte[] bytes = RawSafetensors.bytes(100, new byte[] {'{', '}'});
    assertRefused(
        RawSafetensors.writeBytes(directory.resolve("m"), bytes),
        "the header length at byte 0 is 100, but only 2 bytes follow; the file is truncated:"
            + " fetch it again.");
  }

  @Test
  void aLengthAboveTheLimitIsRefused() {
    byte[] bytes = RawSafetensors.bytes(100_000_001, new byte[] {'{', '}'});
    assertRefused(
        RawSafetensors.writeBytes(directory.resolve("m"), bytes),
        "the header length at byte 0 is 100000001, more than the 100000000 bytes allowed; this is"
            + " not a safetensors file.");
  }

  @Test
  void aLengthIsUnsigned() {
    byte[] bytes = RawSafetensors.bytes(-1, new byte[] {'{', '}'});
    assertRefused(
        RawSafetensors.writeBytes(directory.resolve("m"), bytes),
        "the header length at byte 0 is 18446744073709551615, more than");
  }

  @Test
  void aFileShorterThanALengthIsRefused() {
    assertRefused(
        RawSafetensors.writeBytes(directory.resolve("m"), (byte) 1, (byte) 2),
        "a safetensors file starts with 8 bytes of header length, this one ends after 2; it is"
            + " truncated or something else.");
  }

  @Test
  void aGitLfsPointerIsRefusedWithWhatToDo() {
    byte[] pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"
            .getBytes(StandardCharsets.US_ASCII);
    assertRefused(
        RawSafetensors.writeBytes(directory.resolve("m"), pointer),
        "this is a Git LFS pointer, not the file it stands for; run 'git lfs pull'.");
  }

  @Test
  void everyPrefixOfAFileIsRefused() {
    byte[] whole = GoldenFile.bytes();
    for (int length = 0; length < whole.length; length++) {
      Path file = directory.resolve("m");
      RawSafetensors.writeBytes(file, Arrays.copyOf(whole, length));
      assertRefused(file, "");
    }
  }

  @Test
  void aMissingFileIsAnError() {
    assertRefused(directory.resolve("none"), "cannot be opened: there is no such file.");
  }

  @Test
  void aDirectoryIsNotAFile() {
    assertRefused(directory, "cannot be opened: expected a file, found a directory.");
  }

  @Test
  void aNameFromTheFileCannotForgeTheMessage() {
    String header = "{\"a\\n\\u001b[2J\\u202e" + "x".repeat(200) + "\":1}";
    assertRefused(
        RawSafetensors.write(directory.resolve("m"), header),
        "tensor 'a\\u000a\\u001b[2J\\u202e" + "x".repeat(113) + "…' should be a JSON object");
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
