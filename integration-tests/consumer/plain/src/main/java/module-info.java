/** A program that uses ligo through its facade, with a growth method and a training strategy of its own. */
module com.example.plain {
  requires dev.ligo.core;

  provides dev.ligo.core.growth.GrowthMethod with
      com.example.plain.MirrorMethod;
  provides dev.ligo.core.train.TrainingStrategy with
      com.example.plain.FreezeStrategy;
}
