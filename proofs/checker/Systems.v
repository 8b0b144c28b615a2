(** * Iterated function systems with rational numbers

    A [system] is a base box and affine maps with their inverses.  [prefractal] is K_n for any base;
    for the cube it is the K of Prefractal.v ([prefractal_cube]).  [check_system S] computes that
    the inverses are right and that every image of the base lies in it; what follows is stated in
    normalised coordinates, in which the base is the cube: [normalised S] are the maps there
    ([check_system_sound]), and they give the same sets ([prefractal_normalised]). *)

From Coq Require Import QArith Qabs Reals Qreals List Lra Lia.
From Exactnet Require Import Network Prefractal Vectors.
From Exactnet.Checker Require Import Farkas Trees.
Import ListNotations.
Open Scope R_scope.

(** ** Definitions *)

Record affine_map := AffineMap { forwards : qlayer; backwards : qlayer }.

Definition real_map (F : affine_map) : generator :=
  Generator (real_layer (forwards F)) (real_layer (backwards F)).

Record system := System { base : list (Q * Q); maps : list affine_map }.

Definition dimension (S : system) : nat := length (base S).

(** The maps of the system, on R^d. *)
Definition real_maps (S : system) : ifs := map real_map (maps S).

Definition in_box (sides : list (Q * Q)) (x : vec) : Prop :=
  Forall2 (fun side c => Q2R (fst side) <= c <= Q2R (snd side)) sides x.

(** K_n with the box as K_0. *)
Fixpoint prefractal (sides : list (Q * Q)) (Fs : ifs) (n : nat) (x : vec) : Prop :=
  match n with
  | O => in_box sides x
  | S m => exists F y, In F Fs /\ prefractal sides Fs m y /\ x = apply F y
  end.

Definition cube_sides (d : nat) : list (Q * Q) := repeat ((-1)%Q, 1%Q) d.

(** Side by side, the affine map of the base onto the cube, for the coordinates from [k] on; and
    its inverse. *)
Fixpoint to_cube (k : nat) (sides : list (Q * Q)) : qlayer :=
  match sides with
  | [] => []
  | (lo, hi) :: rest =>
      Form (repeat 0%Q k ++ [Qred (2 / (hi - lo))]) (Qred (- (lo + hi) / (hi - lo)))
      :: to_cube (S k) rest
  end.

Fixpoint from_cube (k : nat) (sides : list (Q * Q)) : qlayer :=
  match sides with
  | [] => []
  | (lo, hi) :: rest =>
      Form (repeat 0%Q k ++ [Qred ((hi - lo) / 2)]) (Qred ((lo + hi) / 2))
      :: from_cube (S k) rest
  end.

Definition normalise (S : system) (x : vec) : vec := affine (real_layer (to_cube 0 (base S))) x.

(** [after outer inner] is outer o inner. *)
Definition after (outer inner : qlayer) : qlayer := map (substitute 0 inner) outer.

Definition is_cube (sides : list (Q * Q)) : bool :=
  forallb (fun side => if Qeq_bool (fst side) (-1) then Qeq_bool (snd side) 1 else false) sides.

(** With all d coefficients listed. *)
Definition padded (d : nat) (f : form) : form :=
  Form (coefs f ++ repeat 0%Q (d - length (coefs f))) (const f).

(** The maps in normalised coordinates: those of the system itself if its base is the cube. *)
Definition normalised_map (sides : list (Q * Q)) (F : affine_map) : affine_map :=
  if is_cube sides then F
  else
    let N := to_cube 0 sides in
    let M := from_cube 0 sides in
    let conjugate l := map (padded (length sides)) (after N (after l M)) in
    AffineMap (conjugate (forwards F)) (conjugate (backwards F)).

Definition normalised (S : system) : list affine_map :=
  map (normalised_map (base S)) (maps S).

Definition real_normalised (S : system) : ifs := map real_map (normalised S).

(** The rows that say that every z lies in [-1, 1]. *)
Definition cube_rows (zs : list form) : list form :=
  flat_map (fun z => [plus_constant 1 (negate z); plus_constant 1 z]) zs.

(** The rows that say that u lies in the image of the cube under F. *)
Definition image_rows (F : affine_map) : list form := cube_rows (backwards F).

(** ** The checks *)

(** Like existsb, but it stops where it has found one. *)
Fixpoint some {A} (test : A -> bool) (l : list A) : bool :=
  match l with
  | [] => false
  | a :: rest => if test a then true else some test rest
  end.


Definition map_fits (d : nat) (l : qlayer) : bool :=
  if has_length d l then layer_fits d l else false.

Fixpoint same_layer (l l' : qlayer) : bool :=
  match l, l' with
  | [], [] => true
  | f :: rest, f' :: rest' => if same f f' then same_layer rest rest' else false
  | _, _ => false
  end.

Definition is_identity (d : nat) (l : qlayer) : bool := same_layer l (map variable (seq 0 d)).

(** Each sum of absolute values, with the constant, is at most 1. *)
Definition row_size (f : form) : Q :=
  fold_right (fun a s => plus_times 1 (Qabs a) s) (Qabs (const f)) (coefs f).

Definition cube_into_cube (l : qlayer) : bool := forallb (fun f => Qle_bool (row_size f) 1) l.

Definition mutually_inverse (d : nat) (l l' : qlayer) : bool :=
  if is_identity d (after l l') then is_identity d (after l' l) else false.

Definition check_map (d : nat) (sides : list (Q * Q)) (F : affine_map) : bool :=
  let F' := normalised_map sides F in
  forallb (fun b : bool => b)
    [map_fits d (forwards F); map_fits d (backwards F);
     mutually_inverse d (forwards F) (backwards F);
     map_fits d (forwards F'); map_fits d (backwards F');
     mutually_inverse d (forwards F') (backwards F');
     cube_into_cube (forwards F');
     same_layer (after (to_cube 0 sides) (forwards F)) (after (forwards F') (to_cube 0 sides))].

Definition check_system (S : system) : bool :=
  let d := dimension S in
  if forallb (fun side => negb (Qle_bool (snd side) (fst side))) (base S) then
    if mutually_inverse d (to_cube 0 (base S)) (from_cube 0 (base S)) then
      forallb (check_map d (base S)) (maps S)
    else false
  else false.

(** ** Layers over Q *)

Lemma affine_real l x : affine (real_layer l) x = map (fun f => value f x) l.
Proof. unfold affine, real_layer. now rewrite map_map. Qed.

Lemma real_layer_length l : length (real_layer l) = length l.
Proof. apply map_length. Qed.

Lemma affine_after outer inner x :
  affine (real_layer (after outer inner)) x
  = affine (real_layer outer) (affine (real_layer inner) x).
Proof.
  rewrite !affine_real. unfold after. rewrite map_map. apply map_ext. intros f.
  apply (value_substitute 0 inner f [] x eq_refl).
Qed.

Lemma after_length outer inner : length (after outer inner) = length outer.
Proof. apply map_length. Qed.

Lemma same_layer_sound l l' x :
  same_layer l l' = true -> affine (real_layer l) x = affine (real_layer l') x.
Proof.
  rewrite !affine_real. revert l'. induction l as [| f l IH]; intros [| f' l'] H;
    try discriminate; [reflexivity |]. cbn [same_layer] in H.
  destruct (same f f') eqn:E; [| discriminate]. cbn [map].
  rewrite (same_sound f f' x E), (IH l' H). reflexivity.
Qed.

Lemma affine_variables x : affine (real_layer (map variable (seq 0 (length x)))) x = x.
Proof.
  rewrite affine_real, map_map.
  apply nth_ext with (d := value (variable 0) x) (d' := 0); rewrite map_length, seq_length;
    [reflexivity |]. intros i Hi.
  now rewrite (map_nth (fun i => value (variable i) x)), seq_nth, value_variable by assumption.
Qed.

Lemma same_layer_length l l' : same_layer l l' = true -> length l = length l'.
Proof.
  revert l'. induction l as [| f l IH]; intros [| f' l'] H; try discriminate; [reflexivity |].
  cbn [same_layer] in H. destruct (same f f'); [| discriminate]. simpl. f_equal. now apply IH.
Qed.

Lemma is_identity_sound d l x :
  is_identity d l = true -> length x = d -> affine (real_layer l) x = x.
Proof.
  intros H <-. rewrite (same_layer_sound _ _ x H). apply affine_variables.
Qed.

Lemma mutually_inverse_sound d l l' x :
  mutually_inverse d l l' = true -> length x = d ->
  affine (real_layer l) (affine (real_layer l') x) = x /\
  affine (real_layer l') (affine (real_layer l) x) = x.
Proof.
  unfold mutually_inverse. destruct (is_identity d (after l l')) eqn:E; [| discriminate].
  intros E' Hx. rewrite <- !affine_after. split; now apply (is_identity_sound d).
Qed.

Lemma map_fits_sound d l :
  map_fits d l = true -> length (real_layer l) = d /\ layer_shaped d (real_layer l).
Proof.
  unfold map_fits. destruct (has_length d l) eqn:E; [| discriminate]. intros H.
  apply Nat.eqb_eq in E. split; [now rewrite real_layer_length | now apply layer_fits_sound].
Qed.

Lemma Q2R_abs a c : -1 <= c <= 1 -> - Q2R (Qabs a) <= Q2R a * c <= Q2R (Qabs a).
Proof.
  intros Hc. assert (H1 : Q2R a <= Q2R (Qabs a)) by apply Qle_Rle, Qle_Qabs.
  assert (H2 : - Q2R a <= Q2R (Qabs a)).
  { rewrite <- Q2R_opp, <- Qabs_opp. apply Qle_Rle, Qle_Qabs. }
  nra.
Qed.

Lemma row_size_sound f x :
  Forall (fun c => -1 <= c <= 1) x -> - Q2R (row_size f) <= value f x <= Q2R (row_size f).
Proof.
  unfold row_size, value, pre. cbn [real weights bias]. intros H. revert x H.
  assert (Hc : forall s, - Q2R (Qabs s) <= Q2R s <= Q2R (Qabs s)).
  { intros s. pose proof (Q2R_abs s 1). lra. }
  induction (coefs f) as [| a w IH]; intros x H.
  - simpl. specialize (Hc (const f)). lra.
  - assert (H0 : 0 <= Q2R (Qabs a)) by (specialize (Hc a); lra).
    destruct H as [| c x Hcx Hx].
    + specialize (IH [] (Forall_nil _)). rewrite dot_nil in *. cbn [fold_right].
      rewrite plus_times_correct, Q2R_1. lra.
    + specialize (IH x Hx). cbn [fold_right map dot]. rewrite plus_times_correct, Q2R_1.
      pose proof (Q2R_abs a c Hcx). lra.
Qed.

Lemma cube_into_cube_sound d l x :
  cube_into_cube l = true -> length l = d -> cube d x -> cube d (affine (real_layer l) x).
Proof.
  intros H Hl [_ Hx]. split; [now rewrite affine_length, real_layer_length |].
  unfold cube_into_cube in H. rewrite forallb_forall in H. rewrite affine_real.
  apply Forall_map, Forall_forall. intros f Hf. specialize (H f Hf).
  apply Qle_bool_iff, Qle_Rle in H. rewrite Q2R_1 in H. pose proof (row_size_sound f x Hx). lra.
Qed.

Lemma all_true l : forallb (fun b : bool => b) l = true -> Forall (fun b => b = true) l.
Proof. rewrite forallb_forall. intros H. apply Forall_forall. exact H. Qed.

Lemma some_sound {A} (test : A -> bool) l : some test l = true -> exists a, In a l /\ test a = true.
Proof.
  induction l as [| a l IH]; [discriminate |]. cbn [some]. destruct (test a) eqn:E.
  - intros _. exists a. split; [now left | assumption].
  - intros H. destruct (IH H) as (b & Hb & Hb'). exists b. split; [now right | assumption].
Qed.

Lemma satisfies_cube_rows w zs :
  satisfies w (cube_rows zs) <-> Forall (fun c => -1 <= c <= 1) (map (fun z => value z w) zs).
Proof.
  unfold satisfies. induction zs as [| z zs IH]; [split; constructor |].
  cbn [cube_rows flat_map app map]. fold (cube_rows zs).
  rewrite !Forall_cons_iff, IH, !value_plus_constant, value_negate, Q2R_1.
  split; intros; decompose [and] H; repeat split; trivial; lra.
Qed.

Lemma layer_values d l u w :
  layer_shaped d (real_layer l) -> length u = d ->
  map (fun f => value f (u ++ w)) l = affine (real_layer l) u.
Proof.
  intros H Hu. rewrite affine_real. apply map_ext_in. intros f Hf. apply value_app.
  unfold real_layer, layer_shaped in H. rewrite Forall_map, Forall_forall in H.
  specialize (H f Hf). simpl in H. rewrite map_length in H. lia.
Qed.

Lemma image_rows_values d F u w :
  invertible d (real_map F) -> length u = d ->
  (satisfies (u ++ w) (image_rows F) <-> cube d (undo (real_map F) u)).
Proof.
  intros HF Hu. unfold image_rows.
  rewrite satisfies_cube_rows, (layer_values d); trivial; [| apply HF].
  unfold cube. rewrite (undo_length d) by assumption. unfold undo. cbn [real_map backward]. tauto.
Qed.

(** ** The base and the cube *)

Lemma to_cube_spec sides prefix x :
  forallb (fun side => negb (Qle_bool (snd side) (fst side))) sides = true ->
  length x = length sides ->
  (Forall (fun c => -1 <= c <= 1)
     (affine (real_layer (to_cube (length prefix) sides)) (prefix ++ x))
   <-> in_box sides x).
Proof.
  revert prefix x. induction sides as [| [lo hi] sides IH]; intros prefix [| c x] Hs Hx;
    try discriminate; [split; constructor |].
  cbn [forallb fst snd] in Hs. apply andb_prop in Hs. destruct Hs as [Hside Hs].
  apply Bool.negb_true_iff in Hside.
  assert (Hlt : (lo < hi)%Q).
  { apply Qnot_le_lt. intros H. apply Qle_bool_iff in H. congruence. }
  assert (Hlt' := Qlt_Rlt _ _ Hlt).
  assert (Hne : ~ (hi - lo == 0)%Q).
  { intros H. apply Qeq_eqR in H. rewrite Q2R_minus, Q2R_0 in H. lra. }
  injection Hx as Hx. specialize (IH (prefix ++ [c]) x Hs Hx).
  rewrite app_length, Nat.add_1_r, <- app_assoc in IH. cbn [app] in IH.
  unfold in_box in *. cbn [to_cube real_layer map affine]. rewrite Forall_cons_iff.
  unfold affine in IH.
  rewrite IH. fold (value (Form (repeat 0%Q (length prefix) ++ [Qred (2 / (hi - lo))])
                             (Qred (- (lo + hi) / (hi - lo)))) (prefix ++ c :: x)).
  rewrite value_single, app_nth2, Nat.sub_diag, !Q2R_red by lia. cbn [nth].
  rewrite !Q2R_div, Q2R_opp, Q2R_plus, Q2R_minus by assumption.
  replace (Q2R 2) with 2 by (unfold Q2R; simpl; lra).
  assert (E : 2 / (Q2R hi - Q2R lo) * c + - (Q2R lo + Q2R hi) / (Q2R hi - Q2R lo)
              = (2 * c - Q2R lo - Q2R hi) * / (Q2R hi - Q2R lo)) by (field; lra).
  rewrite E. clear E. set (w := Q2R hi - Q2R lo). assert (Hw : 0 < w) by (unfold w; lra).
  assert (Hiff : -1 <= (2 * c - Q2R lo - Q2R hi) * / w <= 1 <-> Q2R lo <= c <= Q2R hi).
  { assert (E : (2 * c - Q2R lo - Q2R hi) * / w * w = 2 * c - Q2R lo - Q2R hi) by (field; lra).
    set (q := (2 * c - Q2R lo - Q2R hi) * / w) in *. unfold w in *. split; intros; nra. }
  rewrite Hiff. split.
  - intros [H1 H2]. constructor; assumption.
  - intros H. inversion H. split; assumption.
Qed.

Lemma prefractal_cube d Fs n x : prefractal (cube_sides d) Fs n x <-> K d Fs n x.
Proof.
  revert x. induction n as [| n IH]; intros x; cbn [prefractal K].
  - unfold in_box, cube_sides, cube. revert x. induction d as [| d IHd]; intros x; split.
    + intros H. inversion H. split; constructor.
    + intros [H _]. destruct x; [constructor | discriminate].
    + intros H. inversion H as [| ? c ? x' Hc H']. subst. apply IHd in H'. cbn [fst snd] in Hc.
      rewrite Q2R_1, Q2R_m1 in Hc. split; [simpl; now rewrite (proj1 H') |].
      constructor; [assumption | apply H'].
    + intros [Hl H]. destruct x as [| c x]; [discriminate |]. inversion H; subst. cbn [repeat].
      constructor; [cbn [fst snd]; now rewrite Q2R_1, Q2R_m1 |]. apply IHd.
      split; [now injection Hl | assumption].
  - split; intros (F & y & HF & Hy & E); exists F, y; (split; [assumption |]);
      (split; [now apply IH | assumption]).
Qed.

(** ** Soundness *)

Section Soundness.

Variable S : system.
Hypothesis Hcheck : check_system S = true.

Let d := dimension S.

Lemma check_system_parts :
  forallb (fun side => negb (Qle_bool (snd side) (fst side))) (base S) = true /\
  mutually_inverse d (to_cube 0 (base S)) (from_cube 0 (base S)) = true /\
  forall F, In F (maps S) -> check_map d (base S) F = true.
Proof.
  unfold check_system in Hcheck. fold d in Hcheck. destruct (forallb _ (base S)); [| discriminate].
  destruct (mutually_inverse _ _ _); [| discriminate]. rewrite forallb_forall in Hcheck. auto.
Qed.

Lemma to_cube_length k sides : length (to_cube k sides) = length sides.
Proof. revert k. induction sides as [| [lo hi] s IH]; intros k; simpl; congruence. Qed.

Lemma from_cube_length k sides : length (from_cube k sides) = length sides.
Proof. revert k. induction sides as [| [lo hi] s IH]; intros k; simpl; congruence. Qed.

Lemma normalise_length x : length (normalise S x) = d.
Proof. unfold normalise. now rewrite affine_length, real_layer_length, to_cube_length. Qed.

Lemma in_box_normalise x : length x = d -> (in_box (base S) x <-> cube d (normalise S x)).
Proof.
  intros Hx. destruct check_system_parts as (Hs & _).
  rewrite <- (to_cube_spec (base S) [] x Hs Hx). cbn [length app]. unfold cube.
  fold (normalise S x). rewrite normalise_length. tauto.
Qed.

Lemma denormalise z :
  length z = d ->
  exists y, length y = d /\ normalise S y = z.
Proof.
  intros Hz. destruct check_system_parts as (_ & Hinv & _).
  exists (affine (real_layer (from_cube 0 (base S))) z). split.
  - now rewrite affine_length, real_layer_length, from_cube_length.
  - apply (mutually_inverse_sound d _ _ z Hinv Hz).
Qed.

Lemma normalise_injective x y :
  length x = d -> length y = d -> normalise S x = normalise S y -> x = y.
Proof.
  intros Hx Hy E. destruct check_system_parts as (_ & Hinv & _).
  rewrite <- (proj2 (mutually_inverse_sound d _ _ x Hinv Hx)).
  rewrite <- (proj2 (mutually_inverse_sound d _ _ y Hinv Hy)). unfold normalise in E. now rewrite E.
Qed.

Lemma check_map_sound F :
  In F (maps S) ->
  let F' := normalised_map (base S) F in
  invertible d (real_map F) /\ invertible d (real_map F') /\
  (forall u, cube d u -> cube d (apply (real_map F') u)) /\
  (forall x, normalise S (apply (real_map F) x) = apply (real_map F') (normalise S x)).
Proof.
  intros HF F'. destruct check_system_parts as (_ & _ & Hmaps). specialize (Hmaps F HF).
  unfold check_map in Hmaps. apply all_true in Hmaps. fold F' in Hmaps.
  repeat (apply Forall_cons_iff in Hmaps; let H := fresh "H" in destruct Hmaps as [H Hmaps]).
  apply map_fits_sound in H, H0, H3, H2.
  assert (Hinv : forall G, length (real_layer (forwards G)) = d /\
                           layer_shaped d (real_layer (forwards G)) ->
                   length (real_layer (backwards G)) = d /\
                   layer_shaped d (real_layer (backwards G)) ->
                   mutually_inverse d (forwards G) (backwards G) = true ->
                   invertible d (real_map G)).
  { intros G [] [] Hm. repeat (split; [assumption |]). intros x Hx.
    unfold undo, apply. cbn [real_map forward backward].
    destruct (mutually_inverse_sound d _ _ x Hm Hx). split; assumption. }
  split; [now apply Hinv |]. split; [now apply Hinv |]. split.
  - intros u Hu. apply cube_into_cube_sound; trivial. rewrite <- real_layer_length. apply H2.
  - intros x. unfold normalise, apply. cbn [real_map forward]. rewrite <- !affine_after.
    now apply same_layer_sound.
Qed.

Theorem check_system_sound :
  Forall (invertible d) (real_maps S) /\
  Forall (invertible d) (real_normalised S) /\
  maps_into_base d (real_normalised S).
Proof.
  split; [| split].
  - apply Forall_map, Forall_forall. intros F HF. now apply check_map_sound.
  - unfold real_normalised, normalised. apply Forall_map, Forall_map, Forall_forall. intros F HF.
    now apply check_map_sound.
  - intros G u HG Hu. unfold real_normalised, normalised in HG. rewrite map_map in HG.
    apply in_map_iff in HG. destruct HG as (F & <- & HF). now apply (check_map_sound F HF).
Qed.

Theorem prefractal_normalised n x :
  length x = d ->
  (prefractal (base S) (real_maps S) n x <-> K d (real_normalised S) n (normalise S x)).
Proof.
  assert (Hlen : forall m y, prefractal (base S) (real_maps S) m y -> length y = d).
  { intros [| m] y H; cbn [prefractal] in H.
    - unfold d, dimension. clear -H. induction H; simpl; congruence.
    - destruct H as (F & z & HF & _ & ->). unfold real_maps in HF. apply in_map_iff in HF.
      destruct HF as (F' & <- & HF). destruct (check_map_sound F' HF) as ((E & _) & _).
      unfold apply. now rewrite affine_length. }
  revert x. induction n as [| n IH]; intros x Hx; cbn [prefractal K].
  - now apply in_box_normalise.
  - split.
    + intros (G & y & HG & Hy & ->). unfold real_maps in HG. apply in_map_iff in HG.
      destruct HG as (F & <- & HF). exists (real_map (normalised_map (base S) F)), (normalise S y).
      split; [| split].
      * unfold real_normalised, normalised. rewrite map_map. apply in_map_iff. now exists F.
      * apply IH; [now apply Hlen in Hy | assumption].
      * now apply (check_map_sound F HF).
    + intros (G & z & HG & Hz & E). unfold real_normalised, normalised in HG. rewrite map_map in HG.
      apply in_map_iff in HG. destruct HG as (F & <- & HF).
      destruct (K_in_cube d (real_normalised S) n z) as [Hlz _];
        [apply check_system_sound | trivial |].
      destruct (denormalise z Hlz) as (y & Hy & <-).
      exists (real_map F), y. split; [now apply in_map |]. split; [now apply IH |].
      destruct (check_map_sound F HF) as ((El & _) & _ & _ & Hn).
      apply normalise_injective; trivial.
      * unfold apply. now rewrite affine_length.
      * now rewrite E, Hn.
Qed.

(** If the base is the cube, normalising changes nothing. *)
Lemma normalised_cube : is_cube (base S) = true -> real_normalised S = real_maps S.
Proof.
  intros H. unfold real_normalised, normalised, real_maps. f_equal. unfold normalised_map.
  rewrite H. apply map_id.
Qed.

End Soundness.
