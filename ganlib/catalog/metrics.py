"""The numbers that judge a GAN: what each says, and where it misleads. Formulas are in `docs/metrics.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, log

from ganlib.catalog.table import by_name


@dataclass(frozen=True)
class Metric:
    """What is known of a metric without computing it."""

    name: str  # the key in `METRICS` and in an evaluation
    title: str  # what people call it
    about: str  # one plain line: what it measures
    how_to_read: str  # one plain line: what is good, and where it misleads
    is_better: str  # "lower" or "higher"
    form: str  # format specification for one value, such as ".0%"
    source: str = ""  # arXiv number of the paper it comes from, or ""
    needs_labels: bool = True  # it looks through a classifier, which only data sets with known classes have
    rewards_collapse: bool = False  # a generator that repeats one good picture scores high
    bounds: tuple[float, float] = (0.0, inf)  # the smallest and the largest value there can be
    peaks_at_real: bool = False  # what real images get is best; beyond it lies other trouble
    of_points: bool = False  # it compares points in the plane, all others images
    of_conditional: bool = False  # it looks at whether a generator draws the class that it is asked for
    of_stacked: bool = False  # it looks at images that have a digit in each channel

    @property
    def aim(self) -> str:
        """Which values are good, in a few words."""
        return "as real images is best" if self.peaks_at_real else f"{self.is_better} is better"

    def text(self, value: float) -> str:
        """Write a value; a small distance is not written as zero."""
        text = format(value, self.form)
        is_lost = value and not self.form.endswith("%") and not any(digit in text for digit in "123456789")
        return f"{value:.1g}" if is_lost else text


_SHARE = (0.0, 1.0)

FEWEST_SAMPLES = 20
"""Below this, neighbours and covariances mean nothing. An evaluation takes twice as many real images."""

ASKED = 1000
"""How many training images, held-out images and samples an evaluation asks D about, at most."""

MISSING = 0.01
"""The share of samples below which a class counts as missing."""

METRICS: Mapping[str, Metric] = by_name(
    Metric("frechet_distance", "Fréchet distance",
        "How far apart the samples and the real images are, as the classifier sees them.",
        "Lower is better: it sees both poor pictures and lack of variety. It is no FID: compare it only with "
        "values for the same data set and number of samples.", "lower", ".1f", source="1706.08500"),
    Metric("score", "Classifier score",
        "Whether the classifier is sure what each sample shows, while all classes come up equally often.",
        "Higher is better, up to the number of classes. One good picture a class is enough for a high score.",
        "higher", ".2f", source="1606.03498", bounds=(1.0, inf)),
    Metric("recognised", "Recognised", "Share of samples that the classifier is more than 90 % sure about.",
        "Higher is better, up to what real images get. A generator that repeats one good picture scores high "
        "here, and the classifier can be sure of nonsense too.", "higher", ".0%", rewards_collapse=True,
        bounds=_SHARE),
    Metric("class_distance", "Class distance",
        "How differently the classes are shared out among samples and among real images.",
        "Lower is better: 0 % is the same mix, and 30 % means that 30 of 100 samples would have to change their "
        "class. It says nothing about how good the pictures are.", "lower", ".0%", bounds=_SHARE),
    Metric("classes_missing", "Classes missing", "How many classes come up in fewer than 1 of 100 samples.",
        "0 is good. A class that comes up seldom, or always with the same picture, does not count as missing.",
        "lower", ".0f"),
    Metric("class_accuracy", "Asked class",
        "Share of samples that the classifier takes for the class that the generator was asked for (GAN-test).",
        "Higher is better, up to what real images get with their own labels. One good picture a class is enough for a "
        "high share.", "higher", ".1%", source="1807.09499", of_conditional=True, bounds=_SHARE),
    Metric("gan_train", "GAN-train",
        "Share of real images that a classifier takes for what they are, though it learned from samples alone.",
        "Higher is better, up to what a classifier gets that learned from as many real images. It falls with poor "
        "pictures, with wrong classes, and with a lack of variety within a class.", "higher", ".1%",
        source="1807.09499", of_conditional=True, bounds=_SHARE),
    Metric("class_frechet", "Fréchet distance within a class",
        "How far samples of a class are from real images of the class, as the classifier sees them, on average.",
        "Lower is better: unlike the asked class it sees lack of variety within a class. Few samples a class make it "
        "larger, also for real images: hold it against theirs.", "lower", ".1f", source="1706.08500",
        of_conditional=True),
    Metric("purity", "Purity of the category",
        "Share of samples whose category stands for the class they look like, each category for one class.",
        "Higher is better, up to what real images get with their labels in place of categories; 10 % is chance. Nobody "
        "told the networks classes, so a category may as well have become a style.", "higher", ".1%",
        source="1606.03657", of_conditional=True, bounds=_SHARE),
    Metric("category_information", "Category and class",
        "What the category tells of the class that the classifier sees: their mutual information, in nats.",
        "Higher is better, up to what real images get with their labels, at most log 10 = 2.30; near 0 the category is "
        "ignored, or tells something else than the class.", "higher", ".2f", source="1606.03657", of_conditional=True),
    Metric("stacked_modes", "Modes covered, of 1,000",
        "How many of the 1,000 combinations of three digits come up in 26,000 samples.",
        "All of them is best, as real images get. One sample is enough, and a drawing that is no digit counts for the "
        "digit it is most like.", "higher", ".0f", source="1712.04086", of_stacked=True, bounds=(0.0, 1000.0)),
    Metric("stacked_kl", "KL from uniform modes",
        "How unevenly 26,000 samples are shared out among the 1,000 combinations of three digits, in nats.",
        "Lower is better: 0 is an even mix, 6.91 a single combination. Real images are not quite even: MNIST has more "
        "ones than fives.", "lower", ".2f", source="1611.02163", of_stacked=True, bounds=(0.0, log(1000))),
    Metric("precision", "Precision",
        "Share of samples that look like some real images, as the classifier sees them.",
        "Higher is better. A generator that repeats one good picture scores high here, and one odd real image "
        "makes room for many bad samples.", "higher", ".0%", source="1904.06991", rewards_collapse=True,
        bounds=_SHARE),
    Metric("recall", "Recall", "Share of real images that look like something the generator makes.",
        "Higher is better: it finds variety that is missing. Samples scattered far and wide score too high here.",
        "higher", ".0%", source="1904.06991", bounds=_SHARE),
    Metric("density", "Density",
        "How many real images each sample looks like, where 1 is usual. Odd real images cannot fool it.",
        "Real images get about 1. A generator that repeats its most ordinary picture gets more than that, so more "
        "is not always better.", "higher", ".2f", source="2002.09797", rewards_collapse=True, peaks_at_real=True),
    Metric("coverage", "Coverage", "Share of real images that have a sample close by.",
        "Higher is better: other real images get 97 %. A generator that repeats itself stays near 0 %; bad "
        "samples among good ones do no harm.", "higher", ".0%", source="2002.09797", bounds=_SHARE),
    Metric("duplicates", "Duplicates",
        "Share of samples that have a near-duplicate among the others, as close as 1 of 100 real images has.",
        "About what real images get is good; far more means that the generator repeats itself. Blurred pictures "
        "have fewer ways to differ and count more easily.", "lower", ".1%", source="1706.08224",
        needs_labels=False, bounds=_SHARE, peaks_at_real=True),
    Metric("copies", "Copies", "Share of samples that are far closer to one training image than to any other.",
        "About what real images get by chance is good; far more means that training images are learned by heart. "
        "Copies that were moved or turned go unnoticed.", "lower", ".1%", source="2301.13188", needs_labels=False,
        bounds=_SHARE, peaks_at_real=True),
    Metric("sliced_wasserstein", "Sliced Wasserstein distance",
        "How far the pixels of the samples would have to change, as a set, to become real images.",
        "Lower is better. It knows pixels only: it misses what a picture means, and differences in brightness "
        "weigh heavily.", "lower", ".3f", source="1803.11188", needs_labels=False),
    Metric("modes_covered", "Modes covered",
        "How many modes of the data have a good sample: one within three standard deviations.",
        "All of them is best. One sample is enough, so it says nothing about how often each mode comes up.",
        "higher", ".0f", source="1712.04086", needs_labels=False, of_points=True),
    Metric("good_share", "Good samples",
        "Share of samples within three standard deviations of a mode; what lies between modes is not good.",
        "Higher is better: real points get 99 %. A generator that stays on one mode gets as much.",
        "higher", ".0%", source="1712.04086", needs_labels=False, of_points=True, rewards_collapse=True,
        bounds=_SHARE),
    Metric("reverse_kl", "Reverse KL over modes",
        "How differently samples and data are shared out among the modes, in nats.",
        "Lower is better: 0 is the data's own mix, and all samples on one of 8 modes make 2.08. Each sample counts "
        "for the nearest mode, however far.",
        "lower", ".3f", source="1712.04086", needs_labels=False, of_points=True),
    Metric("jensen_shannon", "Jensen-Shannon divergence",
        "How far apart the two distributions are, in nats, by how many points fall into small squares.",
        "Lower is better, down to what other real points get, which is not 0 for so few; .69 is no overlap.",
        "lower", ".3f", source="1406.2661", needs_labels=False, of_points=True, bounds=(0.0, log(2))),
    Metric("wasserstein_1", "Wasserstein-1 distance",
        "How far samples would have to be moved, on average, to lie where real points lie.",
        "Lower is better, down to what other real points get. It is in units of the plane, where modes are about "
        "0.5 apart.", "lower", ".3f", source="1701.07875", needs_labels=False, of_points=True),
)  # fmt: skip
