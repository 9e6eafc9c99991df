package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are named as on the hub are found in its cache, and nowhere else. */
class HubCacheTest {
  private static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path directory;

  /** Lays a model out as huggingface_hub does: files are links to blobs. */
  private Path snapshot(String folder) throws IOException {
    Path model = Files.createDirectories(directory.resolve(folder));
    Path snapshot = Files.createDirectories(model.resolve("snapshots").resolve(REVISION));
    Files.createDirectory(model.resolve("blobs"));
    Files.createDirectory(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), REVISION);
    TinyCheckpoint.write(model.resolve("whole"), Long.MAX_VALUE);
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      Files.move(model.resolve("whole").resolve(name), model.resolve("blobs").resolve(name));
      Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs").resolve(name));
    }
    return snapshot;
  }

  @Test
  void aNameIsItsNewestSnapshotWhoseFilesAreLinks() throws IOException {
    HubCache cache = new HubCache(directory);
    Path snapshot = snapshot("models--org--tiny-model");
    Path found = cache.locate(Path.of("org/tiny-model"));
    assertThat(found).isEqualTo(snapshot);
    try (HuggingFaceDirectory opened = HuggingFaceDirectory.open(found)) {
      assertThat(opened.tensors()).isNotEmpty();
    }
    assertThat(HubCache.nameOf(found)).contains("org/tiny-model");
    assertThat(HubCache.nameOf(directory)).isEmpty();
  }

  @Test
  void whatIsNotThereStaysAsItIs() throws IOException {
    HubCache cache = new HubCache(directory);
    Path snapshot = snapshot("models--org--tiny");
    for (String other : new String[] {"org/other", "tiny", "a/b/c", "./org/tiny", "../org"}) {
      assertThat(cache.locate(Path.of(other))).isEqualTo(Path.of(other));
    }
    Path here = Files.createDirectories(directory.resolve("org/tiny"));
    assertThat(cache.locate(here)).isEqualTo(here);
    Files.writeString(directory.resolve("models--org--tiny/refs/main"), "../../elsewhere");
    Path name = Path.of("org/tiny");
    assertThat(cache.locate(name)).isEqualTo(name);
    Files.delete(directory.resolve("models--org--tiny/refs/main"));
    assertThat(cache.locate(name)).isEqualTo(name);
    assertThat(snapshot).isDirectory();
    assertThat(cache.advice(name))
        .contains("does not have its revision 'main', but org/tiny@" + REVISION);
    Files.createDirectories(directory.resolve("models--org--begun/blobs"));
    assertThat(cache.advice(Path.of("org/begun"))).contains("has no snapshot of it");
    assertThat(cache.advice(Path.of("org/tiny.json"))).isEmpty();
  }

  @Test
  void aRevisionIsABranchOrTagOrCommit() throws IOException {
    HubCache cache = new HubCache(directory);
    Path snapshot = snapshot("models--org--tiny");
    Path refs = Files.createDirectories(directory.resolve("models--org--tiny/refs/pr"));
    Files.writeString(refs.resolve("1"), REVISION);
    for (String revision : new String[] {"main", "pr/1", REVISION}) {
      assertThat(cache.locate(Path.of("org/tiny@" + revision))).isEqualTo(snapshot);
    }
    for (String revision : new String[] {"v2", "../snapshots", "pr"}) {
      Path other = Path.of("org/tiny@" + revision);
      assertThat(cache.locate(other)).isEqualTo(other);
    }
    assertThat(cache.advice(Path.of("org/tiny@v2")))
        .endsWith("fetch it by: hf download org/tiny --revision v2");
  }

  @Test
  void aNameNeedsNoOrganization() throws IOException {
    Path snapshot = snapshot("models--tiny-model");
    assertThat(new HubCache(directory).locate(Path.of("tiny-model"))).isEqualTo(snapshot);
    assertThat(HubCache.nameOf(snapshot)).contains("tiny-model");
  }

  /** Whoever misspells a directory is not sent to the hub for it. */
  @Test
  void aSingleWordIsAdvisedOfOnlyWhereTheCacheHasIt() throws IOException {
    HubCache cache = new HubCache(directory);
    assertThat(cache.advice(Path.of("tiny-model"))).isEmpty();
    Files.createDirectories(directory.resolve("models--tiny-model/blobs"));
    assertThat(cache.advice(Path.of("tiny-model"))).endsWith("hf download tiny-model");
  }

  @Test
  void anEmptyDirectoryHidesNoModel() throws IOException {
    Path snapshot = snapshot("models--tiny");
    Path empty = Files.createDirectory(Path.of("target").resolve("tiny-" + System.nanoTime()));
    try {
      Files.move(
          directory.resolve("models--tiny"),
          directory.resolve("models--target--" + empty.getFileName()));
      HubCache cache = new HubCache(directory);
      assertThat(HubCache.nameOf(cache.locate(empty))).contains("target/" + empty.getFileName());
      Files.createFile(empty.resolve("config.json"));
      assertThat(cache.locate(empty)).isEqualTo(empty);
    } finally {
      Files.deleteIfExists(empty.resolve("config.json"));
      Files.delete(empty);
    }
    assertThat(snapshot).doesNotExist();
  }

  @Test
  void whatIsMissingOfASnapshotIsSaid() throws IOException {
    Path snapshot = snapshot("models--org--tiny");
    Files.delete(snapshot.resolve("model.safetensors"));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(snapshot))
        .hasMessageContaining("there are no weights")
        .hasMessageEndingWith("in part; fetch the rest by: hf download org/tiny");
    Files.delete(snapshot.resolve("config.json"));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(snapshot))
        .hasMessageContaining("has no config.json")
        .hasMessageEndingWith("in part; fetch the rest by: hf download org/tiny");
  }

  @Test
  void theEnvironmentSaysWhereTheCacheIs() {
    Path home = Path.of(System.getProperty("user.home"));
    assertThat(HubCache.of(Map.of()).directory()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    assertThat(HubCache.of(Map.of("XDG_CACHE_HOME", "/x")).directory())
        .isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(HubCache.of(Map.of("HF_HOME", "~/hf", "XDG_CACHE_HOME", "/x")).directory())
        .isEqualTo(home.resolve("hf/hub"));
    assertThat(HubCache.of(Map.of("HF_HUB_CACHE", "/hub", "HF_HOME", "/hf")).directory())
        .isEqualTo(Path.of("/hub"));
    assertThat(HubCache.of(Map.of("HOME", "/me", "HF_HOME", "~/hf")).directory())
        .isEqualTo(Path.of("/me/hf/hub"));
    assertThat(HubCache.of(Map.of("HOME", "/me")).directory())
        .isEqualTo(Path.of("/me/.cache/huggingface/hub"));
    Map<String, String> nested = Map.of("HF_HOME", "$DATA/${NO}/hf", "DATA", "/d$1");
    assertThat(HubCache.of(nested).directory()).isEqualTo(Path.of("/d$1/${NO}/hf/hub"));
    assertThat(HubCache.of(Map.of("HF_HUB_CACHE", "${D}", "D", "/x")).directory())
        .isEqualTo(Path.of("/x"));
    assertThat(HubCache.of(Map.of("HF_HUB_CACHE", "")).directory())
        .isEqualTo(home.resolve(".cache/huggingface/hub"));
  }

  @Test
  void aNameThatIsNotThereIsRefusedWithTheCommandThatFetchesIt() {
    assertThatThrownBy(() -> HuggingFaceDirectory.open(Path.of("some-org/no-such_model.1")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("there is no such directory")
        .hasMessageEndingWith("; fetch it by: hf download some-org/no-such_model.1");
  }
}
