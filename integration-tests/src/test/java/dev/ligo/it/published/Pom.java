package dev.ligo.it.published;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * A POM as it is written, without what it inherits.
 *
 * @param project its outermost element
 */
record Pom(Element project) {
  /** A dependency or a plugin: what its elements say, such as the scope. */
  record Entry(Map<String, String> values) {
    String name() {
      return values.getOrDefault("groupId", "org.apache.maven.plugins")
          + ":"
          + values.get("artifactId");
    }

    /** Returns the name with the classifier, where there is one. */
    String classified() {
      return name() + value("classifier").map(c -> ":" + c).orElse("");
    }

    Optional<String> value(String element) {
      return Optional.ofNullable(values.get(element));
    }
  }

  static Pom read(Path directory) throws Exception {
    return new Pom(
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(directory.resolve("pom.xml").toFile())
            .getDocumentElement());
  }

  /** Returns the text of an element, such as {@code scm/url}, if it is there and not blank. */
  Optional<String> text(String path) {
    return elements(path)
        .findFirst()
        .map(e -> e.getTextContent().strip())
        .filter(t -> !t.isEmpty());
  }

  List<String> texts(String path) {
    return elements(path).map(e -> e.getTextContent().strip()).toList();
  }

  List<Entry> entries(String path) {
    return elements(path).map(Pom::entry).toList();
  }

  private static Entry entry(Element element) {
    Map<String, String> values = new TreeMap<>();
    children(element).forEach(e -> values.put(e.getTagName(), e.getTextContent().strip()));
    return new Entry(values);
  }

  private Stream<Element> elements(String path) {
    Stream<Element> found = Stream.of(project);
    for (String name : path.split("/", -1)) {
      found = found.flatMap(Pom::children).filter(e -> e.getTagName().equals(name));
    }
    return found;
  }

  private static Stream<Element> children(Element parent) {
    NodeList nodes = parent.getChildNodes();
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .filter(n -> n.getNodeType() == Node.ELEMENT_NODE)
        .map(Element.class::cast);
  }
}
