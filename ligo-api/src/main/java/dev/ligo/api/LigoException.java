package dev.ligo.api;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * The root of every error that ligo reports. A message is one line: what was being done, what was
 * expected, what was found, what to try.
 */
public class LigoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public LigoException(String message) {
    super(message);
  }

  /**
   * Creates an error with its message and cause.
   *
   * @param message what was being done, what was expected, what was found and what to try
   * @param cause what went wrong below
   */
  public LigoException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * {@return why an operation on a file failed, in words for a message: several exceptions carry
   * nothing but the path, and nobody knows their classes}
   *
   * @param e what went wrong
   */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException n) {
      return Wording.danglingLink(Path.of(n.getFile()))
          .map("it is "::concat)
          .orElse("there is no such file");
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException || e instanceof DirectoryNotEmptyException) {
      return "something of that name exists already";
    }
    if (e instanceof NotDirectoryException) {
      return "it is no directory";
    }
    if (e instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    if (e instanceof EOFException) {
      return "the data ends early";
    }
    if (e instanceof ZipException) {
      return "it is damaged, or not compressed with gzip";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return Optional.ofNullable(e.getMessage()).orElse("the system gives no reason");
  }
}
