/** Growth operators and methods, model description, training and checkpoints. Knows no engine. */
@org.jspecify.annotations.NullMarked
module dev.ligo.core {
  requires transitive com.google.gson;
  requires transitive com.google.guice;
  requires transitive dev.ligo.api;
  requires transitive jakarta.inject;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.ligo.core;
  exports dev.ligo.core.checkpoint;
  exports dev.ligo.core.data;
  exports dev.ligo.core.experiment;
  exports dev.ligo.core.growth;
  exports dev.ligo.core.model;
  exports dev.ligo.core.train;

  uses dev.ligo.core.growth.GrowthMethod;
  uses dev.ligo.core.model.Architecture;

  provides dev.ligo.core.growth.GrowthMethod with
      dev.ligo.core.growth.AkiMethod,
      dev.ligo.core.growth.DirectCopyMethod,
      dev.ligo.core.growth.FpiMethod,
      dev.ligo.core.growth.HyperCloningMethod,
      dev.ligo.core.growth.InterpolationMethod,
      dev.ligo.core.growth.LemonMethod,
      dev.ligo.core.growth.LigoMethod,
      dev.ligo.core.growth.LlamaProMethod,
      dev.ligo.core.growth.MsltMethod,
      dev.ligo.core.growth.Net2NetMethod,
      dev.ligo.core.growth.StackMethod,
      dev.ligo.core.growth.StagedMethod;
}
